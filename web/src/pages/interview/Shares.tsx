import { ActionIcon, Group, Select, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useShare, useShares, useUnshare } from '../../api/shares';
import { useUsers } from '../../api/users';
import { Initials } from '../../components/Initials';
import { Panel } from '../../components/Panel';
import type { InterviewId } from '../../protocol/InterviewId';
import type { Share } from '../../protocol/Share';
import { interviewMessages } from './messages';
import { shareable } from './shareable';

const text = interviewMessages.shares;

/** The reviewers who may replay the interview. */
export function Shares({ interview }: { interview: InterviewId }) {
  const shares = useShares(interview);
  const users = useUsers();
  const share = useShare(interview);
  const candidates = shareable(users.data ?? [], shares.data ?? []);
  return (
    <Panel heading={text.heading} text={text.text}>
      {shares.data?.length ? (
        <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {shares.data.map((each) => (
            <ShareEntry key={each.userId} interview={interview} share={each} />
          ))}
        </Stack>
      ) : (
        <Text fz="sm">{text.nobody}</Text>
      )}
      {users.data && candidates.length === 0 ? (
        <Text fz="xs" c="dimmed">
          {text.noReviewers}
        </Text>
      ) : (
        <Select
          label={text.add}
          placeholder={text.placeholder}
          data={candidates}
          value={null}
          searchable
          disabled={share.isPending || users.isPending}
          onChange={(user) => user && share.mutate(user)}
        />
      )}
    </Panel>
  );
}

function ShareEntry({ interview, share }: { interview: InterviewId; share: Share }) {
  const unshare = useUnshare(interview);
  return (
    <Group component="li" gap="sm" wrap="nowrap">
      <Initials name={share.name} size={28} />
      <Stack gap={0} miw={0} flex={1}>
        <Text fz="sm" fw={500} truncate>
          {share.name}
        </Text>
        <Text fz="xs" c="dimmed" truncate>
          {share.email}
        </Text>
      </Stack>
      <ActionIcon
        variant="subtle"
        color="gray"
        loading={unshare.isPending}
        aria-label={text.remove(share.name)}
        onClick={() => unshare.mutate(share.userId)}
      >
        <IconX size={15} />
      </ActionIcon>
    </Group>
  );
}
