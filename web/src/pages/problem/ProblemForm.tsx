import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { showAtField } from '../../api/formFailure';
import { FormAlert } from '../../components/FormAlert';
import { problemMessages as text } from './messages';
import { type ProblemFields, problemRules } from './problemFields';
import { StarterCode } from './StarterCode';
import { StatementField } from './StatementField';
import { useUnsavedWarning } from './useUnsavedWarning';

interface Props {
  initial: ProblemFields;
  submitLabel: string;
  onSubmit: (fields: ProblemFields) => Promise<unknown>;
}

export function ProblemForm({ initial, submitLabel, onSubmit }: Props) {
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm<ProblemFields>({ initialValues: initial, validate: problemRules });
  useUnsavedWarning(form.isDirty() && !form.submitting);

  const submit = form.onSubmit(async (fields) => {
    try {
      await onSubmit(fields);
      form.resetDirty(fields);
      setFailure(null);
    } catch (error) {
      setFailure(showAtField(form, error));
    }
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="xl">
        <FormAlert message={failure} />
        <TextInput
          label={text.title}
          maxLength={200}
          maw={520}
          autoFocus={initial.title === ''}
          {...form.getInputProps('title')}
        />
        <StatementField {...form.getInputProps('statement')} />
        <StarterCode
          starterCode={form.values.starterCode}
          onChange={(change) => form.setFieldValue('starterCode', (current) => change(current))}
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
