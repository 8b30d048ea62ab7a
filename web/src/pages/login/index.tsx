import { Navigate, useLocation } from 'react-router';
import { useMe, useSetupStatus } from '../../api/session';
import { DoorPage } from '../../shell/DoorPage';
import { Loading } from '../../shell/Loading';
import { returnPath } from '../../shell/returnPath';
import { LoginForm } from './LoginForm';
import { loginMessages as text } from './messages';

export default function LoginPage() {
  const location = useLocation();
  const me = useMe();
  const setup = useSetupStatus();
  const next = returnPath(location);

  // A guest may sign in to an account; an account has nothing to do here.
  if (me.data?.kind === 'account') return <Navigate to={next} replace />;
  if (me.isPending) return <Loading />;
  return (
    <DoorPage title={text.title} text={setup.data?.needed ? text.setupNeeded : undefined}>
      <LoginForm />
    </DoorPage>
  );
}
