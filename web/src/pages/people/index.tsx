import { Badge, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUserPlus } from '@tabler/icons-react';
import { useOutletContext } from 'react-router';
import type { Account } from '../../api/session';
import { useUsers } from '../../api/users';
import { Initials } from '../../components/Initials';
import { PageHeader } from '../../components/PageHeader';
import classes from '../../components/Rows.module.css';
import { formatDay } from '../../format/time';
import type { User } from '../../protocol/User';
import { FailureNotice } from '../../shell/FailureNotice';
import { Loading } from '../../shell/Loading';
import { peopleMessages as text } from './messages';
import { NewAccountForm } from './NewAccountForm';

export default function PeoplePage() {
  const me = useOutletContext<Account>();
  const users = useUsers();
  const [opened, { open, close }] = useDisclosure();

  if (users.isPending) return <Loading />;
  if (users.isError) {
    return <FailureNotice failure={users.error} retry={() => void users.refetch()} />;
  }
  return (
    <>
      <PageHeader
        title={text.title}
        text={text.text}
        actions={
          <Button leftSection={<IconUserPlus size={16} />} onClick={open}>
            {text.create}
          </Button>
        }
      />
      <ul className={classes.rows}>
        {users.data.map((user) => (
          <UserRow key={user.id} user={user} own={user.id === me.id} />
        ))}
      </ul>
      <Modal opened={opened} onClose={close} title={text.createTitle}>
        <NewAccountForm onDone={close} />
      </Modal>
    </>
  );
}

function UserRow({ user, own }: { user: User; own: boolean }) {
  return (
    <li className={`${classes.row} ${classes.steady}`}>
      <Group className={classes.main} gap="sm" wrap="nowrap">
        <Initials name={user.name} size={34} />
        <Stack gap={0} miw={0}>
          <Text fz="sm" fw={550} truncate>
            {user.name}
            {own ? (
              <Text span c="dimmed" fw={400}>
                {` (${text.you})`}
              </Text>
            ) : null}
          </Text>
          <Text fz="xs" c="dimmed" truncate>
            {user.email}
          </Text>
        </Stack>
      </Group>
      <div className={classes.aside}>
        <Badge color={user.role === 'interviewer' ? 'tide' : 'gray'}>
          {text.roleNames[user.role]}
        </Badge>
        <Text fz="xs" c="dimmed" w={150} ta="right" visibleFrom="sm">
          {text.since} {formatDay(user.createdAt)}
        </Text>
      </div>
    </li>
  );
}
