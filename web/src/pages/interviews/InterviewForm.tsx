import { Alert, Button, Group, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { showAtField } from '../../api/formFailure';
import { useLanguages } from '../../api/languages';
import { useProblems } from '../../api/problems';
import { FormAlert } from '../../components/FormAlert';
import { formMessages as text } from './formMessages';
import { type InterviewFields, interviewRules } from './interviewFields';

interface Props {
  initial: InterviewFields;
  submitLabel: string;
  /** Once it is live only title and time can change. */
  live?: boolean;
  onSubmit: (fields: InterviewFields) => Promise<unknown>;
}

export function InterviewForm({ initial, submitLabel, live = false, onSubmit }: Props) {
  const problems = useProblems();
  const languages = useLanguages();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm<InterviewFields>({ initialValues: initial, validate: interviewRules });
  const language = languages.data?.find(({ id }) => id === form.values.language);

  const submit = form.onSubmit(async (fields) => {
    try {
      await onSubmit(fields);
    } catch (error) {
      setFailure(showAtField(form, error));
    }
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <FormAlert message={failure} />
        <TextInput
          label={text.title}
          description={text.titleHint}
          placeholder={text.titleExample}
          maxLength={200}
          data-autofocus
          autoFocus
          {...form.getInputProps('title')}
        />
        <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
          <Select
            label={text.problem}
            placeholder={text.noProblem}
            data={(problems.data ?? []).map(({ id, title }) => ({ value: id, label: title }))}
            searchable
            clearable
            disabled={live}
            nothingFoundMessage={text.noneFound}
            miw={220}
            {...form.getInputProps('problemId')}
            value={form.values.problemId || null}
            onChange={(id) => form.setFieldValue('problemId', id ?? '')}
          />
          <Select
            label={text.language}
            placeholder={languages.data?.[0]?.name}
            data={(languages.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            allowDeselect={false}
            disabled={live}
            miw={220}
            {...form.getInputProps('language')}
            value={form.values.language || null}
            onChange={(id) => form.setFieldValue('language', id ?? '')}
          />
        </Group>
        {language?.unavailable ? (
          <Alert color="yellow" variant="light" icon={<IconInfoCircle />}>
            {text.unavailable(language.name)} {language.unavailable}
          </Alert>
        ) : null}
        <TextInput
          type="datetime-local"
          label={text.time}
          description={text.timeHint}
          maw={260}
          {...form.getInputProps('scheduledAt')}
        />
        <Switch
          label={text.record}
          description={text.recordHint}
          disabled={live}
          {...form.getInputProps('record', { type: 'checkbox' })}
        />
        <Group>
          <Button type="submit" loading={form.submitting}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
