import { Button, Group, Stack, Text } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useCreateInvite, useInvites, useNewestInvite, useRevokeInvite } from '../../api/invites';
import { InviteLink } from '../../components/InviteLink';
import { Panel } from '../../components/Panel';
import { formatMoment } from '../../format/time';
import type { InterviewId } from '../../protocol/InterviewId';
import type { Invite } from '../../protocol/Invite';
import { interviewMessages } from './messages';

const text = interviewMessages.invites;

export function Invites({ interview }: { interview: InterviewId }) {
  const newest = useNewestInvite(interview);
  const invites = useInvites(interview);
  const create = useCreateInvite(interview);
  const valid = invites.data?.filter((invite) => !invite.revoked) ?? [];
  return (
    <Panel heading={text.heading} text={text.text}>
      {newest ? <InviteLink invite={newest} /> : null}
      <Group>
        <Button
          variant={newest ? 'default' : 'filled'}
          leftSection={<IconLink size={16} />}
          loading={create.isPending}
          onClick={() => create.mutate()}
        >
          {newest ? text.another : text.create}
        </Button>
      </Group>
      {valid.length > 0 ? (
        <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {valid.map((invite) => (
            <InviteEntry key={invite.id} interview={interview} invite={invite} />
          ))}
        </Stack>
      ) : null}
    </Panel>
  );
}

function InviteEntry({ interview, invite }: { interview: InterviewId; invite: Invite }) {
  const revoke = useRevokeInvite(interview);
  const made = formatMoment(invite.createdAt);
  const validity =
    invite.expiresAt <= Date.now() ? text.expired : text.until(formatMoment(invite.expiresAt));
  return (
    <Group component="li" justify="space-between" wrap="nowrap" gap="sm">
      <Text fz="sm" c="dimmed">
        {text.made(made)}, {validity}
      </Text>
      <Button
        variant="subtle"
        color="red"
        c="var(--ph-bad)"
        size="compact-sm"
        flex="none"
        loading={revoke.isPending}
        aria-label={text.revokeLabel(made)}
        onClick={() => revoke.mutate(invite.id)}
      >
        {text.revoke}
      </Button>
    </Group>
  );
}
