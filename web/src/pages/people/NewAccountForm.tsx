import { Button, Radio, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { showAtField } from '../../api/formFailure';
import { useCreateUser } from '../../api/users';
import { AccountInputs } from '../../components/AccountInputs';
import { type AccountFields, accountRules } from '../../components/accountFields';
import { FormAlert } from '../../components/FormAlert';
import type { Role } from '../../protocol/Role';
import { peopleMessages as text } from './messages';

interface NewAccountFields extends AccountFields {
  role: Role;
}

const roles: Role[] = ['reviewer', 'interviewer'];

export function NewAccountForm({ onDone }: { onDone: () => void }) {
  const create = useCreateUser();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm<NewAccountFields>({
    initialValues: { name: '', email: '', password: '', role: 'reviewer' },
    validate: accountRules,
  });

  const submit = form.onSubmit(({ name, email, password, role }) =>
    create.mutate(
      { name: name.trim(), email: email.trim(), password, role },
      {
        onSuccess: (user) => {
          notifications.show({ message: text.created(user.name) });
          onDone();
        },
        onError: (error) => setFailure(showAtField(form, error)),
      },
    ),
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <FormAlert message={failure} />
        <AccountInputs form={form} own={false} />
        <Radio.Group label={text.role} {...form.getInputProps('role')}>
          <Stack gap="xs" mt="xs">
            {roles.map((role) => (
              <Radio
                key={role}
                value={role}
                label={text.roleNames[role]}
                description={text.roleHints[role]}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Button type="submit" loading={create.isPending} mt="xs">
          {text.submit}
        </Button>
      </Stack>
    </form>
  );
}
