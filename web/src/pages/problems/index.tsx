import { Button } from '@mantine/core';
import { IconPlus, IconPuzzle } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useLanguageName } from '../../api/languages';
import { useProblems } from '../../api/problems';
import { EmptyState } from '../../components/EmptyState';
import { PageHeader } from '../../components/PageHeader';
import classes from '../../components/Rows.module.css';
import { formatMoment } from '../../format/time';
import type { Problem } from '../../protocol/Problem';
import { FailureNotice } from '../../shell/FailureNotice';
import { Loading } from '../../shell/Loading';
import { problemsMessages as text } from './messages';

export default function ProblemsPage() {
  const problems = useProblems();
  if (problems.isPending) return <Loading />;
  if (problems.isError) {
    return <FailureNotice failure={problems.error} retry={() => void problems.refetch()} />;
  }
  const create = (
    <Button component={Link} to="/problems/new" leftSection={<IconPlus size={16} />}>
      {text.create}
    </Button>
  );
  const empty = problems.data.length === 0;
  return (
    <>
      <PageHeader title={text.title} actions={empty ? null : create} />
      {empty ? (
        <EmptyState
          Icon={IconPuzzle}
          title={text.emptyTitle}
          text={text.emptyText}
          action={create}
        />
      ) : (
        <ul className={classes.rows}>
          {problems.data.map((problem) => (
            <ProblemRow key={problem.id} problem={problem} />
          ))}
        </ul>
      )}
    </>
  );
}

function ProblemRow({ problem }: { problem: Problem }) {
  const languageName = useLanguageName();
  const languages = Object.keys(problem.starterCode).map(languageName).join(', ');
  return (
    <li className={classes.row}>
      <div className={classes.main}>
        <Link to={`/problems/${problem.id}`} className={classes.title}>
          {problem.title}
        </Link>
        <div className={classes.facts}>
          <span>{languages === '' ? text.noStarter : text.starter(languages)}</span>
          <span>{text.changed(formatMoment(problem.updatedAt))}</span>
        </div>
      </div>
    </li>
  );
}
