import { Button, Group } from '@mantine/core';
import { Link } from 'react-router';
import type { Phase } from '../../connection/roomState';
import type { Interview } from '../../protocol/Interview';
import { Notice } from '../../shell/Notice';
import { roomMessages } from './messages';

const text = roomMessages.states;

interface Props {
  why: Phase | 'left';
  interview: Interview;
  guest: boolean;
  onReturn: () => void;
  onTakeBack: () => void;
}

/** Why this person is not in the room, and where to go from here. */
export function OutsideNotice({ why, interview, guest, onReturn, onTakeBack }: Props) {
  const page = `/interviews/${interview.id}`;
  const home = guest ? null : (
    <Button component={Link} to="/" variant="default">
      {text.home}
    </Button>
  );
  if (why === 'left') {
    const action = (
      <Group>
        <Button onClick={onReturn}>{text.again}</Button>
        {home}
      </Group>
    );
    return <Notice title={text.leftTitle} text={text.leftText} action={action} />;
  }
  switch (why.kind) {
    case 'ended': {
      const action = (
        <Group>
          {interview.may.replay ? (
            <Button component={Link} to={`${page}/replay`}>
              {text.replay}
            </Button>
          ) : null}
          {guest ? null : (
            <Button component={Link} to={page} variant="default">
              {text.back}
            </Button>
          )}
        </Group>
      );
      return (
        <Notice
          title={text.endedTitle}
          text={guest ? text.endedGuest : text.endedText}
          action={action}
        />
      );
    }
    case 'replaced':
      return (
        <Notice
          title={text.replacedTitle}
          text={text.replacedText}
          action={<Button onClick={onTakeBack}>{text.takeBack}</Button>}
        />
      );
    case 'refused':
      return <Notice title={text.refusedTitle} text={why.message} action={home} />;
    default:
      return null;
  }
}
