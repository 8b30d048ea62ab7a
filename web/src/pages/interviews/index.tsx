import { Button, Stack } from '@mantine/core';
import { IconPlus, IconVideo } from '@tabler/icons-react';
import { Link, useOutletContext } from 'react-router';
import { useInterviews } from '../../api/interviews';
import type { Account } from '../../api/session';
import { EmptyState } from '../../components/EmptyState';
import { PageHeader } from '../../components/PageHeader';
import { FailureNotice } from '../../shell/FailureNotice';
import { Loading } from '../../shell/Loading';
import { InterviewSection } from './InterviewSection';
import { interviewsMessages as text } from './messages';
import { intoSections } from './sections';

export default function InterviewsPage() {
  const { role } = useOutletContext<Account>();
  const interviews = useInterviews();
  const create =
    role === 'interviewer' ? (
      <Button component={Link} to="/interviews/new" leftSection={<IconPlus size={16} />}>
        {text.create}
      </Button>
    ) : null;

  if (interviews.isPending) return <Loading />;
  if (interviews.isError) {
    return <FailureNotice failure={interviews.error} retry={() => void interviews.refetch()} />;
  }
  const sections = intoSections(interviews.data);
  return (
    <>
      <PageHeader title={text.title} actions={sections.length > 0 ? create : null} />
      {sections.length > 0 ? (
        <Stack gap={36}>
          {sections.map((section) => (
            <InterviewSection key={section.status} section={section} />
          ))}
        </Stack>
      ) : (
        <EmptyState
          Icon={IconVideo}
          title={create ? text.emptyTitle : text.emptyReviewerTitle}
          text={create ? text.emptyText : text.emptyReviewerText}
          action={create}
        />
      )}
    </>
  );
}
