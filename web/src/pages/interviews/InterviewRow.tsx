import { ActionIcon, Avatar, Menu, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots, IconFileText, IconLink } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useCreateInvite } from '../../api/invites';
import { useLanguageName } from '../../api/languages';
import { Initials } from '../../components/Initials';
import { InviteLink } from '../../components/InviteLink';
import classes from '../../components/Rows.module.css';
import { StatusBadge } from '../../components/StatusBadge';
import type { Interview } from '../../protocol/Interview';
import { describeInterview } from './describe';
import { EnterButton } from './EnterButton';
import { interviewsMessages as text } from './messages';

export function InterviewRow({ interview }: { interview: Interview }) {
  const languageName = useLanguageName();
  const people = distinctNames(interview);
  return (
    <li className={classes.row}>
      <div className={classes.main}>
        <Link to={`/interviews/${interview.id}`} className={classes.title}>
          {interview.title}
        </Link>
        <div className={classes.facts}>
          {describeInterview(interview, languageName).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </div>
      </div>
      {people.length > 0 ? (
        <div className={classes.aside}>
          <Avatar.Group spacing={5} aria-label={text.attended(people.join(', '))}>
            {people.slice(0, 4).map((name) => (
              <Initials key={name} name={name} size={28} tooltip />
            ))}
          </Avatar.Group>
        </div>
      ) : null}
      <div className={classes.aside}>
        {interview.status === 'live' ? <StatusBadge status="live" /> : null}
        <EnterButton interview={interview} size="xs" />
        <RowMenu interview={interview} />
      </div>
    </li>
  );
}

function RowMenu({ interview }: { interview: Interview }) {
  const [invited, { open, close }] = useDisclosure();
  const create = useCreateInvite(interview.id);
  const invitable = interview.may.manage && interview.status !== 'ended';
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={text.more(interview.title)}>
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component={Link}
            to={`/interviews/${interview.id}`}
            leftSection={<IconFileText size={16} stroke={1.7} />}
          >
            {text.details}
          </Menu.Item>
          {invitable ? (
            <Menu.Item
              leftSection={<IconLink size={16} stroke={1.7} />}
              onClick={() => create.mutate(undefined, { onSuccess: open })}
            >
              {text.copyInvite}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={invited} onClose={close} title={text.inviteTitle} size="lg">
        {create.data ? <InviteLink invite={create.data} /> : null}
      </Modal>
    </>
  );
}

function distinctNames(interview: Interview): string[] {
  return [...new Set(interview.participants.map(({ name }) => name))];
}
