import { Button } from '@mantine/core';
import { messages } from '../messages/en';
import { Notice } from './Notice';

export function CrashScreen() {
  return (
    <Notice
      title={messages.errors.title}
      text={messages.errors.crash}
      action={<Button onClick={() => window.location.reload()}>{messages.errors.reload}</Button>}
    />
  );
}
