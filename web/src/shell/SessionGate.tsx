import { useRef } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { useMe, useSessionLoss } from '../api/session';
import { FailureNotice } from './FailureNotice';
import { Loading } from './Loading';
import { shellMessages as text } from './messages';
import { Notice } from './Notice';
import { loginPath } from './returnPath';

/** Lets in who has a session, account or guest; sends everybody else to the login and back. */
export function SessionGate() {
  useSessionLoss();
  const me = useMe();
  const location = useLocation();
  const wasGuest = useRef(false);
  if (me.data) wasGuest.current = me.data.kind === 'guest';
  if (me.isPending) return <Loading />;
  if (me.data) return <Outlet context={me.data} />;
  if (me.isError) return <FailureNotice failure={me.error} retry={() => void me.refetch()} />;
  // A guest has no password: a new link is the only way back.
  if (wasGuest.current) return <Notice title={text.guestOverTitle} text={text.guestOver} />;
  return <Navigate to={loginPath(location)} replace />;
}
