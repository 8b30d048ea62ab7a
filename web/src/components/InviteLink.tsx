import { Button, CopyButton, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { inviteAddress } from '../api/invites';
import { formatMoment } from '../format/time';
import type { NewInvite } from '../protocol/NewInvite';

const text = {
  label: 'Invite link',
  copy: 'Copy link',
  copied: 'Copied',
  hint: (until: string) =>
    `Valid until ${until}. It is shown only now; you can make another at any time.`,
};

/** An invite's link, ready to copy. */
export function InviteLink({ invite }: { invite: NewInvite }) {
  const address = inviteAddress(invite);
  return (
    <Stack gap="xs">
      <TextInput
        label={text.label}
        value={address}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        rightSectionWidth={110}
        rightSection={
          <CopyButton value={address} timeout={2000}>
            {({ copied, copy }) => (
              <Button
                size="compact-sm"
                onClick={copy}
                leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              >
                {copied ? text.copied : text.copy}
              </Button>
            )}
          </CopyButton>
        }
      />
      <Text fz="xs" c="dimmed">
        {text.hint(formatMoment(invite.invite.expiresAt))}
      </Text>
    </Stack>
  );
}
