import { ActionIcon, Popover, Text } from '@mantine/core';
import { roomMessages } from './messages';
import { useCallState } from './RoomContext';
import classes from './TopBar.module.css';

const text = roomMessages.connection;

/** How well the call gets through, and which way it takes. */
export function ConnectionQuality() {
  const connection = useCallState((state) => state.connection);
  const quality = useCallState((state) => state.quality);
  const connected = connection === 'connected';
  const grade = connected ? (quality?.grade ?? 'good') : 'none';
  const words = grade === 'none' ? text.none : text.grade(grade);
  return (
    <Popover position="bottom-end" shadow="md">
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`${text.details}: ${words}`}
        >
          <span className={classes.bars} data-grade={grade} data-state={connection}>
            <i />
            <i />
            <i />
          </span>
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Text fw={600} fz="sm" mb={6}>
          {words}
        </Text>
        {connected && quality ? (
          <dl className={classes.facts}>
            <dt>{text.rung}</dt>
            <dd>{quality.rung ?? text.unknown}</dd>
            <dt>{text.roundTrip}</dt>
            <dd>{quality.roundTripMs === null ? text.unknown : text.ms(quality.roundTripMs)}</dd>
            <dt>{text.loss}</dt>
            <dd>{text.percent(quality.loss)}</dd>
            <dt>{text.sending}</dt>
            <dd>{text.kbps(quality.sendKbps)}</dd>
            <dt>{text.receiving}</dt>
            <dd>{text.kbps(quality.receiveKbps)}</dd>
          </dl>
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}
