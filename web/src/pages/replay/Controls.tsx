import { ActionIcon, Group, NativeSelect, Text, Tooltip } from '@mantine/core';
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconRewindBackward10,
  IconRewindForward10,
} from '@tabler/icons-react';
import { formatClock } from '../../format/time';
import { SPEEDS } from '../../replay/clock';
import { messages } from './messages';
import type { ReplayControls } from './useReplayClock';

const SKIP_MS = 10_000;

export function Controls({ replay }: { replay: ReplayControls }) {
  const { clock, moment } = replay;
  const playLabel = clock.playing ? messages.pause : messages.play;
  return (
    <Group gap="xs" wrap="nowrap" justify="center">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={messages.back10}
        onClick={() => replay.skip(-SKIP_MS)}
      >
        <IconRewindBackward10 size={20} />
      </ActionIcon>
      <Tooltip label={messages.shortcuts} multiline w={260}>
        <ActionIcon size="lg" radius="xl" aria-label={playLabel} onClick={replay.toggle}>
          {clock.playing ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
        </ActionIcon>
      </Tooltip>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={messages.forward10}
        onClick={() => replay.skip(SKIP_MS)}
      >
        <IconRewindForward10 size={20} />
      </ActionIcon>
      <Text size="sm" ff="monospace" style={{ whiteSpace: 'nowrap' }} data-testid="replay-time">
        {formatClock(moment)} / {formatClock(clock.durationMs)}
      </Text>
      <NativeSelect
        size="xs"
        aria-label={messages.speed}
        data={SPEEDS.map((speed) => ({ value: String(speed), label: `${speed}×` }))}
        value={String(clock.speed)}
        onChange={(event) => replay.setSpeed(Number(event.currentTarget.value))}
      />
    </Group>
  );
}
