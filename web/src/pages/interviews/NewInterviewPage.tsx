import { Box, Card } from '@mantine/core';
import { useNavigate } from 'react-router';
import { useCreateInterview } from '../../api/interviews';
import { PageHeader } from '../../components/PageHeader';
import { InterviewForm } from './InterviewForm';
import { emptyInterview, type InterviewFields, toNewInterview } from './interviewFields';
import { newInterviewMessages as text } from './messages';

export default function NewInterviewPage() {
  const create = useCreateInterview();
  const navigate = useNavigate();

  const submit = async (fields: InterviewFields) => {
    const interview = await create.mutateAsync(toNewInterview(fields));
    await navigate(`/interviews/${interview.id}`, { replace: true });
  };

  return (
    <Box maw={640} mx="auto">
      <PageHeader title={text.pageTitle} text={text.text} back={{ to: '/', label: text.back }} />
      <Card>
        <InterviewForm initial={emptyInterview} submitLabel={text.submit} onSubmit={submit} />
      </Card>
    </Box>
  );
}
