import { Anchor, Button, Group, Stack, Text, TextInput, ThemeIcon } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlayerRecordFilled, IconVideo } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { showAtField } from '../../api/formFailure';
import { useJoin } from '../../api/join';
import { FormAlert } from '../../components/FormAlert';
import { StatusBadge } from '../../components/StatusBadge';
import type { InvitePreview } from '../../protocol/InvitePreview';
import type { Me } from '../../protocol/Me';
import { joinMessages as text } from './messages';

interface Props {
  token: string;
  preview: InvitePreview;
  me: Me | null;
}

/** What one is invited to, and the way in: under an account's name, or under a name given here. */
export function Invitation({ token, preview, me }: Props) {
  const join = useJoin(me);
  const navigate = useNavigate();
  const [failure, setFailure] = useState<string | null>(null);
  const account = me?.kind === 'account' ? me : null;
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: me?.name ?? '' },
    validate: { name: (value) => (value.trim() === '' ? text.nameMissing : null) },
  });

  const submit = form.onSubmit(({ name }) =>
    join.mutate(
      { token, name: name.trim() },
      {
        onSuccess: () =>
          void navigate(`/interviews/${preview.interviewId}/room`, { replace: true }),
        onError: (error) => setFailure(showAtField(form, error)),
      },
    ),
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <Stack gap={6}>
          <Group gap="xs">
            <Text fw={600} fz="lg" style={{ overflowWrap: 'anywhere' }}>
              {preview.title}
            </Text>
            {preview.status === 'live' ? <StatusBadge status="live" /> : null}
          </Group>
          <Text c="dimmed">{text.with(preview.interviewerName)}</Text>
        </Stack>
        <RecordingNote record={preview.record} />
        <FormAlert message={failure} />
        {account ? (
          <Text fz="sm" c="dimmed">
            {text.signedIn(account.email)}
          </Text>
        ) : (
          <TextInput
            label={text.name}
            description={text.nameHint}
            autoComplete="name"
            autoFocus
            maxLength={80}
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
        )}
        <Button type="submit" loading={join.isPending}>
          {account ? text.joinAs(account.name) : text.submit}
        </Button>
        {account ? null : (
          <Text fz="xs" c="dimmed">
            {text.haveAccount}{' '}
            <Anchor
              component={Link}
              fz="xs"
              underline="always"
              to="/login"
              state={{ next: `/join#${token}` }}
            >
              {text.signIn}
            </Anchor>
          </Text>
        )}
      </Stack>
    </form>
  );
}

function RecordingNote({ record }: { record: boolean }) {
  const Icon = record ? IconPlayerRecordFilled : IconVideo;
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <ThemeIcon variant="light" color={record ? 'red' : 'gray'} size="md" radius="xl">
        <Icon size={15} aria-hidden />
      </ThemeIcon>
      <Text fz="sm">{record ? text.recorded : text.notRecorded}</Text>
    </Group>
  );
}
