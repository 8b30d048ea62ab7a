import { Navigate, Outlet, useLocation } from 'react-router';
import { useMe, useSessionLoss } from '../api/session';
import { FailureNotice } from './FailureNotice';
import { Loading } from './Loading';
import { loginPath } from './returnPath';

/** Lets in who has a session, account or guest; sends everybody else to the login and back. */
export function SessionGate() {
  useSessionLoss();
  const me = useMe();
  const location = useLocation();
  if (me.isPending) return <Loading />;
  if (me.data) return <Outlet context={me.data} />;
  if (me.isError) return <FailureNotice failure={me.error} retry={() => void me.refetch()} />;
  return <Navigate to={loginPath(location)} replace />;
}
