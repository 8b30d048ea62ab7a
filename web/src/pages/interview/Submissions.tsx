import { Accordion, Text } from '@mantine/core';
import { useSubmissions } from '../../api/interviews';
import { Panel } from '../../components/Panel';
import type { Interview } from '../../protocol/Interview';
import { Loading } from '../../shell/Loading';
import { interviewMessages } from './messages';
import { SubmissionEntry } from './SubmissionEntry';

const text = interviewMessages.submissions;

/** Every run of the interview, latest first. */
export function Submissions({ interview }: { interview: Interview }) {
  const submissions = useSubmissions(interview.id, interview.status === 'live');
  const nameOf = (participant: string) =>
    interview.participants.find(({ participantId }) => participantId === participant)?.name ??
    text.somebody;

  return (
    <Panel heading={text.heading}>
      {submissions.isPending ? <Loading height={80} /> : null}
      {submissions.isError ? <Text c="dimmed">{text.failed}</Text> : null}
      {submissions.data?.length === 0 ? (
        <Text fz="sm" c="dimmed">
          {text.none}
        </Text>
      ) : null}
      {submissions.data?.length ? (
        <Accordion variant="separated" radius="md" chevronPosition="left">
          {submissions.data.toReversed().map((submission) => (
            <SubmissionEntry
              key={submission.id}
              submission={submission}
              author={nameOf(submission.participantId)}
            />
          ))}
        </Accordion>
      ) : null}
    </Panel>
  );
}
