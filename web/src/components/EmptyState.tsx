import { Center, Stack, Text, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './EmptyState.module.css';

interface Props {
  Icon: Icon;
  title: string;
  text: string;
  action?: ReactNode;
}

/** A place that will hold something, with what to do so that it does. */
export function EmptyState({ Icon, title, text, action }: Props) {
  return (
    <Center className={classes.frame}>
      <Stack align="center" gap="sm" maw={380}>
        <Center className={classes.icon}>
          <Icon size={22} stroke={1.6} aria-hidden />
        </Center>
        <Title order={2} ta="center">
          {title}
        </Title>
        <Text c="dimmed" ta="center" mt={-6}>
          {text}
        </Text>
        {action}
      </Stack>
    </Center>
  );
}
