import { Outlet, useOutletContext } from 'react-router';
import type { Account } from '../api/session';
import { NotFound } from './NotFound';

/** The pages that only interviewers have. */
export function InterviewerGate() {
  const account = useOutletContext<Account>();
  return account.role === 'interviewer' ? <Outlet context={account} /> : <NotFound />;
}
