import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { showAtField } from '../../api/formFailure';
import { useLogin } from '../../api/session';
import { FormAlert } from '../../components/FormAlert';
import { loginMessages as text } from './messages';

/** Signs in; the page around it leaves as soon as there is a session. */
export function LoginForm() {
  const login = useLogin();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (value.trim() === '' ? text.emailMissing : null),
      password: (value) => (value === '' ? text.passwordMissing : null),
    },
  });

  const submit = form.onSubmit(({ email, password }) =>
    login.mutate(
      { email: email.trim(), password },
      { onError: (error) => setFailure(showAtField(form, error)) },
    ),
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <FormAlert message={failure} />
        <TextInput
          label={text.email}
          type="email"
          autoComplete="username"
          autoFocus
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={text.password}
          autoComplete="current-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={login.isPending} mt="xs">
          {text.submit}
        </Button>
        <Text fz="xs" c="dimmed">
          {text.invited}
        </Text>
      </Stack>
    </form>
  );
}
