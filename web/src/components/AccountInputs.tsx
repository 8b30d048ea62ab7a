import { PasswordInput, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { type AccountFields, MIN_PASSWORD_LENGTH } from './accountFields';

interface Props<Values extends AccountFields> {
  form: UseFormReturnType<Values>;
  /** Whether the account is for the person at the keyboard. */
  own: boolean;
}

export function AccountInputs<Values extends AccountFields>({ form, own }: Props<Values>) {
  return (
    <>
      <TextInput
        label="Name"
        description={own ? 'As others see it in interviews.' : undefined}
        autoComplete={own ? 'name' : 'off'}
        maxLength={80}
        data-autofocus
        key={form.key('name')}
        {...form.getInputProps('name')}
      />
      <TextInput
        label="E-mail"
        type="email"
        autoComplete={own ? 'username' : 'off'}
        key={form.key('email')}
        {...form.getInputProps('email')}
      />
      <PasswordInput
        label="Password"
        description={`At least ${MIN_PASSWORD_LENGTH} characters.`}
        autoComplete="new-password"
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
    </>
  );
}
