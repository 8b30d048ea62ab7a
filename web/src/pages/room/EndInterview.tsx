import { ActionIcon, Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSquareX } from '@tabler/icons-react';
import { useEndInterview } from '../../api/interviews';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { roomMessages } from './messages';
import { useRoom } from './RoomContext';

const text = roomMessages.bar;

/** Ends the interview for everybody, after asking. */
export function EndInterview({ narrow }: { narrow: boolean }) {
  const { interview } = useRoom();
  const [opened, { open, close }] = useDisclosure();
  const end = useEndInterview(interview.id);
  return (
    <>
      {narrow ? (
        <ActionIcon size={30} variant="default" aria-label={text.end} onClick={open}>
          <IconSquareX size={16} color="var(--ph-bad)" />
        </ActionIcon>
      ) : (
        <Button variant="default" size="xs" c="var(--ph-bad)" onClick={open}>
          {text.end}
        </Button>
      )}
      <ConfirmDialog
        opened={opened}
        title={text.endTitle}
        text={text.endText}
        confirm={text.end}
        cancel={text.keep}
        busy={end.isPending}
        onConfirm={() => end.mutate(undefined, { onSettled: close })}
        onClose={close}
      />
    </>
  );
}
