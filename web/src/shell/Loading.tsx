import { Center, Loader, VisuallyHidden } from '@mantine/core';
import { messages } from '../messages/en';

/** A page or a part that is on its way. */
export function Loading({ height = '60dvh' }: { height?: string | number }) {
  return (
    <Center h={height} role="status">
      <Loader size="sm" type="dots" color="var(--ph-text-soft)" />
      <VisuallyHidden>{messages.loading}</VisuallyHidden>
    </Center>
  );
}
