import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from 'react-router';
import { useDeleteProblem } from '../../api/problems';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import type { ProblemId } from '../../protocol/ProblemId';
import { problemMessages as text } from './messages';

export function DeleteProblem({ id }: { id: ProblemId }) {
  const [opened, { open, close }] = useDisclosure();
  const remove = useDeleteProblem();
  const navigate = useNavigate();
  return (
    <>
      <Button variant="default" c="var(--ph-bad)" onClick={open}>
        {text.remove}
      </Button>
      <ConfirmDialog
        opened={opened}
        title={text.removeTitle}
        text={text.removeText}
        confirm={text.remove}
        busy={remove.isPending}
        onConfirm={() =>
          remove.mutate(id, { onSuccess: () => void navigate('/problems'), onError: close })
        }
        onClose={close}
      />
    </>
  );
}
