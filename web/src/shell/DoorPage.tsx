import { Box, Card, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { messages } from '../messages/en';
import { AppearanceMenu } from './AppearanceMenu';
import { Brand } from './Brand';
import classes from './DoorPage.module.css';

interface Props {
  title: string;
  text?: string;
  children?: ReactNode;
}

/** The frame of the pages in front of the door: setup, login, join. */
export function DoorPage({ title, text, children }: Props) {
  useDocumentTitle(`${title} · ${messages.productName}`);
  return (
    <div className={classes.page}>
      <div className={classes.corner}>
        <AppearanceMenu />
      </div>
      <main className={classes.main}>
        <Box mb="lg">
          <Brand />
        </Box>
        <Card padding="xl" className={classes.card}>
          <Stack gap="lg">
            <Stack gap={6}>
              <Title order={1} fz="1.25rem" lts="-0.01em">
                {title}
              </Title>
              {text ? <Text c="dimmed">{text}</Text> : null}
            </Stack>
            {children}
          </Stack>
        </Card>
      </main>
    </div>
  );
}
