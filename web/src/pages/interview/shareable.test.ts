import { expect, it } from 'vitest';
import type { User } from '../../protocol/User';
import { shareable } from './shareable';

const user = (id: string, role: User['role']): User => ({
  id,
  role,
  name: id.toUpperCase(),
  email: `${id}@example.com`,
  createdAt: 0,
});

it('offers reviewers who do not have it yet', () => {
  const users = [user('ada', 'interviewer'), user('bob', 'reviewer'), user('cy', 'reviewer')];
  const shares = [{ userId: 'bob', name: 'BOB', email: 'bob@example.com', sharedAt: 0 }];
  expect(shareable(users, shares)).toEqual([{ value: 'cy', label: 'CY (cy@example.com)' }]);
});
