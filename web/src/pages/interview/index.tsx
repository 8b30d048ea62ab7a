import { Stack } from '@mantine/core';
import { useParams } from 'react-router';
import { useInterview } from '../../api/interviews';
import { PageHeader } from '../../components/PageHeader';
import { StatusBadge } from '../../components/StatusBadge';
import type { InterviewId } from '../../protocol/InterviewId';
import { FailureNotice } from '../../shell/FailureNotice';
import { Loading } from '../../shell/Loading';
import { Attendees } from './Attendees';
import { Facts } from './Facts';
import { InterviewActions } from './InterviewActions';
import classes from './InterviewPage.module.css';
import { Invites } from './Invites';
import { interviewMessages as text } from './messages';
import { Shares } from './Shares';
import { Submissions } from './Submissions';

export default function InterviewPage() {
  const { interviewId = '' } = useParams<{ interviewId: InterviewId }>();
  const interview = useInterview(interviewId);

  if (interview.isPending) return <Loading />;
  if (interview.isError) {
    return <FailureNotice failure={interview.error} retry={() => void interview.refetch()} />;
  }
  const { title, status, may } = interview.data;
  return (
    <>
      <PageHeader
        title={title}
        mark={<StatusBadge status={status} />}
        back={{ to: '/', label: text.back }}
        actions={<InterviewActions interview={interview.data} />}
      />
      <div className={classes.columns}>
        <Stack gap="xl" miw={0}>
          {may.manage && status !== 'ended' ? <Invites interview={interviewId} /> : null}
          <Attendees interview={interview.data} />
          {status === 'scheduled' ? null : <Submissions interview={interview.data} />}
        </Stack>
        <Stack gap="xl" miw={0}>
          <Facts interview={interview.data} />
          {may.manage ? <Shares interview={interviewId} /> : null}
        </Stack>
      </div>
    </>
  );
}
