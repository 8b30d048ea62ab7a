import type { Share } from '../../protocol/Share';
import type { User } from '../../protocol/User';

/** The reviewers an interview is not shared with yet, for a choice. */
export function shareable(users: readonly User[], shares: readonly Share[]) {
  const taken = new Set(shares.map(({ userId }) => userId));
  return users
    .filter(({ id, role }) => role === 'reviewer' && !taken.has(id))
    .map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` }));
}
