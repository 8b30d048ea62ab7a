import { ActionIcon, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconLink } from '@tabler/icons-react';
import { inviteAddress, useCreateInvite, useNewestInvite } from '../../api/invites';
import { roomMessages } from './messages';
import { useRoom } from './RoomContext';

const text = roomMessages.bar;

/** Puts an invite link on the clipboard: the one made last, or a new one. */
export function InviteButton({ narrow }: { narrow: boolean }) {
  const { interview } = useRoom();
  const newest = useNewestInvite(interview.id);
  const create = useCreateInvite(interview.id);
  const copy = async () => {
    try {
      const invite = newest ?? (await create.mutateAsync());
      await navigator.clipboard.writeText(inviteAddress(invite));
      notifications.show({ message: text.invited });
    } catch {
      notifications.show({ message: text.inviteFailed, color: 'red' });
    }
  };
  const shared = { onClick: () => void copy(), loading: create.isPending, variant: 'default' };
  return narrow ? (
    <ActionIcon size={30} aria-label={text.invite} {...shared}>
      <IconLink size={16} />
    </ActionIcon>
  ) : (
    <Button size="xs" leftSection={<IconLink size={15} />} {...shared}>
      {text.invite}
    </Button>
  );
}
