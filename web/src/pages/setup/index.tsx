import { Button } from '@mantine/core';
import { useHash } from '@mantine/hooks';
import { Link, Navigate } from 'react-router';
import { useMe, useSetupStatus } from '../../api/session';
import { DoorPage } from '../../shell/DoorPage';
import { FailureNotice } from '../../shell/FailureNotice';
import { Loading } from '../../shell/Loading';
import { setupMessages as text } from './messages';
import { SetupForm } from './SetupForm';

export default function SetupPage() {
  const [hash] = useHash({ getInitialValueInEffect: false });
  const token = hash.replace(/^#/, '');
  const status = useSetupStatus();
  const me = useMe();

  if (me.data) return <Navigate to="/" replace />;
  if (status.isPending || me.isPending) return <Loading />;
  if (status.isError) {
    return <FailureNotice failure={status.error} retry={() => void status.refetch()} />;
  }
  if (!status.data.needed) {
    return (
      <DoorPage title={text.doneTitle} text={text.doneText}>
        <Button component={Link} to="/login">
          {text.signIn}
        </Button>
      </DoorPage>
    );
  }
  if (token === '') return <DoorPage title={text.noTokenTitle} text={text.noTokenText} />;
  return (
    <DoorPage title={text.title} text={text.text}>
      <SetupForm token={token} />
    </DoorPage>
  );
}
