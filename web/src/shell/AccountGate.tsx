import { Navigate, useOutletContext } from 'react-router';
import type { Me } from '../protocol/Me';
import { Shell } from './Shell';

/** The pages of accounts. A guest has one interview and nothing else: its room. */
export function AccountGate() {
  const me = useOutletContext<Me>();
  if (me.kind === 'guest') return <Navigate to={`/interviews/${me.interviewId}/room`} replace />;
  return <Shell account={me} />;
}
