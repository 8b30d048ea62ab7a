import { Anchor, Box, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconChevronLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { messages } from '../messages/en';

interface Props {
  title: string;
  text?: string;
  /** Shown beside the title. */
  mark?: ReactNode;
  back?: { to: string; label: string };
  actions?: ReactNode;
}

export function PageHeader({ title, text, mark, back, actions }: Props) {
  useDocumentTitle(`${title} · ${messages.productName}`);
  return (
    <Stack gap="xs" mb="xl">
      {back ? (
        <Box>
          <Anchor component={Link} to={back.to} c="dimmed" fz="sm">
            <Group gap={3} component="span">
              <IconChevronLeft size={15} aria-hidden />
              {back.label}
            </Group>
          </Anchor>
        </Box>
      ) : null}
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={4} miw={0} flex="1 1 280px">
          <Group gap="sm">
            <Title order={1} lts="-0.02em" style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {mark}
          </Group>
          {text ? <Text c="dimmed">{text}</Text> : null}
        </Stack>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </Group>
    </Stack>
  );
}
