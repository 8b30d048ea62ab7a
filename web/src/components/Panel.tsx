import { Card, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

interface Props {
  heading: string;
  text?: string;
  children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ heading, text, children }: Props) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id}>
      <Stack gap="md">
        <Stack gap={2}>
          <Title order={2} id={id} fz="sm">
            {heading}
          </Title>
          {text ? (
            <Text fz="sm" c="dimmed">
              {text}
            </Text>
          ) : null}
        </Stack>
        {children}
      </Stack>
    </Card>
  );
}
