import { notifications } from '@mantine/notifications';
import { useParams } from 'react-router';
import { useProblem, useSaveProblem } from '../../api/problems';
import { PageHeader } from '../../components/PageHeader';
import type { ProblemId } from '../../protocol/ProblemId';
import { FailureNotice } from '../../shell/FailureNotice';
import { Loading } from '../../shell/Loading';
import { DeleteProblem } from './DeleteProblem';
import { problemMessages as text } from './messages';
import { ProblemForm } from './ProblemForm';
import { fieldsOf, type ProblemFields, toDraft } from './problemFields';

export default function ProblemPage() {
  const { problemId = '' } = useParams<{ problemId: ProblemId }>();
  const problem = useProblem(problemId);
  const save = useSaveProblem(problemId);

  if (problem.isPending) return <Loading />;
  if (problem.isError) {
    return <FailureNotice failure={problem.error} retry={() => void problem.refetch()} />;
  }
  const submit = async (fields: ProblemFields) => {
    await save.mutateAsync(toDraft(fields));
    notifications.show({ message: text.saved });
  };
  return (
    <>
      <PageHeader
        title={problem.data.title}
        back={{ to: '/problems', label: text.back }}
        actions={<DeleteProblem id={problemId} />}
      />
      <ProblemForm initial={fieldsOf(problem.data)} submitLabel={text.save} onSubmit={submit} />
    </>
  );
}
