import { Avatar, Tooltip } from '@mantine/core';

// The colour of the name's own, deep enough to read on its wash in either scheme.
const INK = 'color-mix(in srgb, var(--avatar-color) 55%, var(--ph-text))';

interface Props {
  name: string;
  size?: number;
  /** Tells the name on hover; for places that show no name beside it. */
  tooltip?: boolean;
}

/** A person as a small round mark. */
export function Initials({ name, size = 30, tooltip = false }: Props) {
  const mark = (
    <Avatar
      size={size}
      name={name}
      alt={name}
      color="initials"
      variant="light"
      styles={{ placeholder: { fontSize: size * 0.38, fontWeight: 600, color: INK } }}
    />
  );
  return tooltip ? <Tooltip label={name}>{mark}</Tooltip> : mark;
}
