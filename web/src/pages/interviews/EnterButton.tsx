import { Button, type ButtonProps } from '@mantine/core';
import { IconArrowRight, IconPlayerPlay } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Interview } from '../../protocol/Interview';
import { wayIn } from './describe';
import { interviewsMessages as text } from './messages';

interface Props {
  interview: Interview;
  size?: ButtonProps['size'];
}

/** The one thing to do with an interview now: start it, enter it or replay it. */
export function EnterButton({ interview, size = 'sm' }: Props) {
  const way = wayIn(interview);
  if (way === null) return null;
  const replay = way === 'replay';
  return (
    <Button
      component={Link}
      to={`/interviews/${interview.id}/${replay ? 'replay' : 'room'}`}
      size={size}
      variant={way === 'enter' ? 'filled' : 'default'}
      leftSection={replay ? <IconPlayerPlay size={14} /> : undefined}
      rightSection={replay ? undefined : <IconArrowRight size={14} />}
    >
      {text[way]}
    </Button>
  );
}
