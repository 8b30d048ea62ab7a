import { ActionIcon, Popover, Text } from '@mantine/core';
import { IconSettings } from '@tabler/icons-react';
import { useCallback } from 'react';
import type { Participant } from '../../protocol/Participant';
import type { Source } from '../../protocol/Source';
import classes from './CallPanel.module.css';
import { DevicePickers } from './DevicePickers';
import { CameraToggle, MicrophoneToggle } from './DeviceToggles';
import { roomMessages } from './messages';
import { useCallState, useLocalMedia, useRoom, useRoomState, useYou } from './RoomContext';
import { VideoTile } from './VideoTile';

const text = roomMessages.call;

/** The others large, oneself small, and the switches. */
export function CallPanel() {
  const others = useOthers();
  return (
    <section className={classes.panel} aria-label={text.region}>
      <div className={classes.stage} data-several={others.length > 1}>
        {others.length === 0 ? <Alone /> : null}
        {others.map((participant) => (
          <div key={participant.id} className={classes.other}>
            <OtherTile participant={participant} />
          </div>
        ))}
        <div className={classes.self}>
          <OwnTile />
        </div>
        <CallState />
      </div>
      <Controls />
    </section>
  );
}

/** One tile for when something else is on the screen: the other, or oneself. */
export function FloatingCall() {
  const [other] = useOthers();
  return other ? <OtherTile participant={other} small /> : <OwnTile />;
}

function useOthers(): Participant[] {
  const participants = useRoomState((state) => state.participants);
  const you = useRoomState((state) => state.you);
  return participants.filter(({ id, present }) => present && id !== you);
}

function Alone() {
  return (
    <div className={classes.alone}>
      <Text fw={600} fz="sm" c="#e8eaee">
        {text.alone}
      </Text>
      <Text fz="xs">{text.aloneText}</Text>
    </div>
  );
}

function OtherTile({ participant, small }: { participant: Participant; small?: boolean }) {
  const { call } = useRoom();
  const camera = useTrackOf(participant.id, 'camera');
  const microphone = useTrackOf(participant.id, 'microphone');
  const { id: microphoneId } = microphone;
  const loudness = useCallback(
    () => (microphoneId ? call.loudness(microphoneId) : 0),
    [call, microphoneId],
  );
  return (
    <VideoTile
      participant={participant}
      track={camera.track}
      loudness={loudness}
      small={small ?? false}
    />
  );
}

/** The track of a person, and what we receive of it. */
function useTrackOf(participant: string, source: Source) {
  const id = useRoomState(
    ({ tracks }) =>
      tracks.find((track) => track.participantId === participant && track.source === source)?.id,
  );
  const track = useCallState(({ received }) => (id ? (received[id] ?? null) : null));
  return { id, track };
}

function OwnTile() {
  const you = useYou();
  const camera = useLocalMedia((state) => state.camera);
  const microphoneOn = useLocalMedia((state) => state.microphone.on);
  if (!you) return null;
  // Our own devices are known at once; what the room says about them comes a moment later.
  const participant = { ...you, cameraMuted: !camera.on, microphoneMuted: !microphoneOn };
  return <VideoTile participant={participant} track={camera.track} you loudness={null} small />;
}

function CallState() {
  const connection = useCallState((state) => state.connection);
  const words =
    connection === 'connecting'
      ? text.connecting
      : connection === 'disconnected' || connection === 'failed'
        ? text.broken
        : null;
  return (
    <div role="status" className={classes.state}>
      {words}
    </div>
  );
}

function Controls() {
  const { local } = useRoom();
  return (
    <div className={classes.controls}>
      <MicrophoneToggle local={local} />
      <CameraToggle local={local} />
      <Popover position="bottom-end" width={300} shadow="md">
        <Popover.Target>
          <ActionIcon
            size={38}
            radius={999}
            variant="default"
            aria-label={roomMessages.devices.settings}
          >
            <IconSettings size={18} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown>
          <DevicePickers local={local} withinPortal={false} />
          <DeviceProblems />
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

function DeviceProblems() {
  const microphone = useLocalMedia((state) => state.microphone.problem);
  const camera = useLocalMedia((state) => state.camera.problem);
  return (['microphone', 'camera'] as const).map((kind) => {
    const problem = kind === 'camera' ? camera : microphone;
    return problem === null ? null : (
      <Text key={kind} fz="xs" c="var(--ph-bad)" mt="xs" role="alert">
        {roomMessages.devices.problem(kind, problem)}
      </Text>
    );
  });
}
