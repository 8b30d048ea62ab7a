import { Button } from '@mantine/core';
import { ApiFailure, failureText } from '../api/failure';
import { messages } from '../messages/en';
import { NotFound } from './NotFound';
import { Notice } from './Notice';

interface Props {
  failure: Error;
  retry: () => void;
}

/** What a page shows whose data could not be had. */
export function FailureNotice({ failure, retry }: Props) {
  if (failure instanceof ApiFailure && failure.notFound) return <NotFound />;
  return (
    <Notice
      title={messages.errors.title}
      text={failureText(failure)}
      action={<Button onClick={retry}>{messages.errors.retry}</Button>}
    />
  );
}
