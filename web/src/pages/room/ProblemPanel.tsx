import { Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Problem } from '../../protocol/Problem';
import { Loading } from '../../shell/Loading';
import { roomMessages } from './messages';
import classes from './RoomLayout.module.css';
import { RoomPanel } from './RoomPanel';

const Markdown = lazy(() => import('../../components/Markdown'));

export function ProblemPanel({ problem }: { problem: Problem }) {
  return (
    <RoomPanel title={roomMessages.problem.region}>
      <div className={classes.problem}>
        <Title order={3} fz="lg" mb="sm">
          {problem.title}
        </Title>
        <Suspense fallback={<Loading height={120} />}>
          <Markdown source={problem.statement} />
        </Suspense>
      </div>
    </RoomPanel>
  );
}
