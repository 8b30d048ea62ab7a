import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { messages } from '../messages/en';
import { Notice } from './Notice';

export function NotFound() {
  return (
    <Notice
      title={messages.notFound.title}
      text={messages.notFound.text}
      action={
        <Button component={Link} to="/">
          {messages.notFound.home}
        </Button>
      }
    />
  );
}
