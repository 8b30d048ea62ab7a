import { Alert, Button, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconPointFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { LocalMedia } from '../../media/LocalMedia';
import { messages } from '../../messages/en';
import type { Interview } from '../../protocol/Interview';
import { Brand } from '../../shell/Brand';
import { CameraPreview } from './CameraPreview';
import { DevicePickers } from './DevicePickers';
import { DeviceToggles } from './DeviceToggles';
import classes from './Lobby.module.css';
import { roomMessages } from './messages';

const text = roomMessages.lobby;

interface Props {
  interview: Interview;
  name: string;
  local: LocalMedia;
  onEnter: (consent: boolean) => void;
}

/** Before the room: how one looks and sounds, and what is recorded. */
export function Lobby({ interview, name, local, onEnter }: Props) {
  useDocumentTitle(`${interview.title} · ${messages.productName}`);
  const [agreed, setAgreed] = useState(false);
  const { microphone, camera } = useStore(local.store);
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Brand />
      </header>
      <main className={classes.main}>
        <Stack gap="md">
          <div className={classes.stage}>
            <CameraPreview track={camera.track} name={name} />
            <DeviceToggles local={local} />
          </div>
          <DevicePickers local={local} />
        </Stack>
        <form
          className={classes.entry}
          onSubmit={(event) => {
            event.preventDefault();
            onEnter(agreed);
          }}
        >
          <div>
            <Text fz="sm" c="dimmed">
              {text.heading}
            </Text>
            <Title order={1}>{interview.title}</Title>
            <Text c="dimmed" mt={6}>
              {interview.may.manage ? null : `${text.with(interview.ownerName)} · `}
              {text.youAre(name)}
            </Text>
          </div>
          {(['microphone', 'camera'] as const).map((kind) => {
            const { problem } = kind === 'camera' ? camera : microphone;
            return problem === null ? null : (
              <Alert key={kind} color="yellow" role="alert">
                {roomMessages.devices.problem(kind, problem)}
              </Alert>
            );
          })}
          {interview.record ? (
            <div className={classes.consent}>
              <Group gap={6} wrap="nowrap">
                <IconPointFilled size={16} color="var(--ph-bad)" aria-hidden />
                <Text fw={600}>{text.consentTitle}</Text>
              </Group>
              <Text fz="sm" c="dimmed">
                {text.consentText(interview.ownerName)}
              </Text>
              <Checkbox
                label={text.consent}
                checked={agreed}
                onChange={(event) => setAgreed(event.currentTarget.checked)}
              />
            </div>
          ) : (
            <Text fz="sm" c="dimmed">
              {text.notRecorded}
            </Text>
          )}
          <Button type="submit" size="md" disabled={interview.record && !agreed}>
            {text.join}
          </Button>
          <Text fz="xs" c="dimmed">
            {text.joinMuted}
          </Text>
        </form>
      </main>
    </div>
  );
}
