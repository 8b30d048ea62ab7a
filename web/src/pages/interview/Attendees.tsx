import { Group, Stack, Text } from '@mantine/core';
import { Initials } from '../../components/Initials';
import { Panel } from '../../components/Panel';
import { formatTime } from '../../format/time';
import type { Attendance } from '../../protocol/Attendance';
import type { Interview } from '../../protocol/Interview';
import { interviewMessages } from './messages';

const text = interviewMessages.people;

/** Who was really there, and when. */
export function Attendees({ interview }: { interview: Interview }) {
  return (
    <Panel heading={text.heading}>
      {interview.participants.length === 0 ? (
        <Text fz="sm" c="dimmed">
          {text.nobody}
        </Text>
      ) : (
        <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {interview.participants.map((attendance) => (
            <Attendee key={attendance.participantId} attendance={attendance} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function Attendee({ attendance }: { attendance: Attendance }) {
  const { name, role, guest, joinedAt, leftAt } = attendance;
  const joined = formatTime(joinedAt);
  return (
    <Group component="li" gap="sm" wrap="nowrap">
      <Initials name={name} size={32} />
      <Stack gap={0} miw={0} flex={1}>
        <Text fz="sm" fw={500} truncate>
          {name}
        </Text>
        <Text fz="xs" c="dimmed">
          {guest ? text.guest : text[role]}
        </Text>
      </Stack>
      <Stack gap={0} ta="right">
        {leftAt === null ? (
          <Text fz="xs" c="var(--ph-good)" fw={500}>
            {text.here}
          </Text>
        ) : null}
        <Text fz="xs" c="dimmed" className="ph-figures">
          {leftAt === null ? text.since(joined) : text.between(joined, formatTime(leftAt))}
        </Text>
      </Stack>
    </Group>
  );
}
