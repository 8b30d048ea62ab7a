import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useChangeInterview, useEndInterview } from '../../api/interviews';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import type { Interview } from '../../protocol/Interview';
import { EnterButton } from '../interviews/EnterButton';
import { InterviewForm } from '../interviews/InterviewForm';
import { fieldsOf, type InterviewFields, toChanges } from '../interviews/interviewFields';
import { interviewMessages as text } from './messages';

export function InterviewActions({ interview }: { interview: Interview }) {
  const manageable = interview.may.manage && interview.status !== 'ended';
  return (
    <>
      {manageable ? <EditButton interview={interview} /> : null}
      {manageable && interview.status === 'live' ? <EndButton interview={interview} /> : null}
      <EnterButton interview={interview} />
    </>
  );
}

function EditButton({ interview }: { interview: Interview }) {
  const [opened, { open, close }] = useDisclosure();
  const change = useChangeInterview(interview.id);
  const before = fieldsOf(interview);
  const submit = async (after: InterviewFields) => {
    await change.mutateAsync(toChanges(before, after));
    close();
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        {text.edit}
      </Button>
      <Modal opened={opened} onClose={close} title={text.editTitle} size="lg">
        <InterviewForm
          initial={before}
          live={interview.status === 'live'}
          submitLabel={text.save}
          onSubmit={submit}
        />
      </Modal>
    </>
  );
}

function EndButton({ interview }: { interview: Interview }) {
  const [opened, { open, close }] = useDisclosure();
  const end = useEndInterview(interview.id);
  return (
    <>
      <Button variant="default" c="var(--ph-bad)" onClick={open}>
        {text.end}
      </Button>
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
