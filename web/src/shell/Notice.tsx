import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  text: string;
  action?: ReactNode;
}

/** A whole page that has only one thing to say. */
export function Notice({ title, text, action }: Props) {
  return (
    <Stack component="main" align="center" justify="center" gap="sm" mih="70dvh" px="md">
      <Title order={1} ta="center">
        {title}
      </Title>
      <Text c="dimmed" ta="center" maw={420}>
        {text}
      </Text>
      {action}
    </Stack>
  );
}
