import { Badge, Group, Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconMicrophoneOff } from '@tabler/icons-react';
import { Initials } from '../../components/Initials';
import { roomMessages } from './messages';
import { useRoomState } from './RoomContext';

const text = roomMessages.bar;

/** Who is in the room. */
export function People() {
  const participants = useRoomState((state) => state.participants);
  const you = useRoomState((state) => state.you);
  const here = participants.filter(({ present }) => present);
  return (
    <Popover position="bottom-end" shadow="md" width={240}>
      <Popover.Target>
        <UnstyledButton aria-label={text.participants(here.length)}>
          <Group gap={4} wrap="nowrap">
            {here.map(({ id, name }) => (
              <Initials key={id} name={name} size={26} />
            ))}
          </Group>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Text fw={600} fz="sm" mb={8}>
          {text.here}
        </Text>
        <Stack gap={8}>
          {here.map(({ id, name, color, microphoneMuted }) => (
            <Group key={id} gap={8} wrap="nowrap">
              <Badge circle size="xs" variant="filled" color={color} aria-hidden />
              <Text fz="sm" truncate>
                {id === you ? `${name} (${roomMessages.call.you})` : name}
              </Text>
              {microphoneMuted ? (
                <IconMicrophoneOff
                  size={14}
                  role="img"
                  aria-label={roomMessages.call.muted(name)}
                />
              ) : null}
            </Group>
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
