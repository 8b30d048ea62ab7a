import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { api } from '../../api/client';
import { ApiFailure } from '../../api/failure';
import type { Timeline } from '../../protocol/Timeline';
import { FailureNotice } from '../../shell/FailureNotice';
import { Loading } from '../../shell/Loading';
import { Notice } from '../../shell/Notice';
import { messages } from './messages';
import { Player } from './Player';

const CONFLICT = 409;

/** A recorded interview, everything in step. */
export default function ReplayPage() {
  const { interviewId = '' } = useParams();
  const timeline = useQuery({
    queryKey: ['replay', interviewId],
    queryFn: ({ signal }) => api.get<Timeline>(`/api/interviews/${interviewId}/replay`, signal),
    // What happened does not change, and a replay must not start over when the window is focused.
    staleTime: Number.POSITIVE_INFINITY,
  });

  if (timeline.isPending) return <Loading height="100dvh" />;
  if (timeline.isError) {
    const { error } = timeline;
    return error instanceof ApiFailure && error.status === CONFLICT ? (
      <Notice
        title={messages.notOverTitle}
        text={messages.notOver}
        action={
          <Button component={Link} to={`/interviews/${interviewId}`}>
            {messages.back}
          </Button>
        }
      />
    ) : (
      <FailureNotice failure={error} retry={() => void timeline.refetch()} />
    );
  }
  return <Player timeline={timeline.data} />;
}
