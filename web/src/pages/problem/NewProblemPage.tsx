import { useNavigate } from 'react-router';
import { useSaveProblem } from '../../api/problems';
import { PageHeader } from '../../components/PageHeader';
import { problemMessages as text } from './messages';
import { ProblemForm } from './ProblemForm';
import { emptyProblem, type ProblemFields, toDraft } from './problemFields';

export default function NewProblemPage() {
  const save = useSaveProblem();
  const navigate = useNavigate();
  const submit = async (fields: ProblemFields) => {
    await save.mutateAsync(toDraft(fields));
    await navigate('/problems');
  };
  return (
    <>
      <PageHeader title={text.newTitle} back={{ to: '/problems', label: text.back }} />
      <ProblemForm initial={emptyProblem} submitLabel={text.create} onSubmit={submit} />
    </>
  );
}
