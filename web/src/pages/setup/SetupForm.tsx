import { Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { showAtField } from '../../api/formFailure';
import { useSetup } from '../../api/session';
import { AccountInputs } from '../../components/AccountInputs';
import { type AccountFields, accountRules } from '../../components/accountFields';
import { FormAlert } from '../../components/FormAlert';
import { setupMessages as text } from './messages';

export function SetupForm({ token }: { token: string }) {
  const setup = useSetup();
  const navigate = useNavigate();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm<AccountFields>({
    mode: 'uncontrolled',
    initialValues: { name: '', email: '', password: '' },
    validate: accountRules,
    validateInputOnBlur: true,
  });

  const submit = form.onSubmit(({ name, email, password }) =>
    setup.mutate(
      { token, name: name.trim(), email: email.trim(), password },
      {
        onSuccess: () => void navigate('/', { replace: true }),
        onError: (error) => setFailure(showAtField(form, error)),
      },
    ),
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <FormAlert message={failure} />
        <AccountInputs form={form} own />
        <Button type="submit" loading={setup.isPending} mt="xs">
          {text.submit}
        </Button>
      </Stack>
    </form>
  );
}
