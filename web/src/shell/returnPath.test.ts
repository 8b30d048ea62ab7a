import { expect, it } from 'vitest';
import { loginPath, returnPath } from './returnPath';

it('comes back to the page that asked for the login', () => {
  const login = loginPath({ pathname: '/interviews/1', search: '?tab=runs' });
  expect(returnPath(new URL(login, 'http://here').search)).toBe('/interviews/1?tab=runs');
});

it('goes to the first page when none was asked for', () => {
  expect(returnPath('')).toBe('/');
  expect(loginPath({ pathname: '/', search: '' })).toBe('/login');
});

it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])(
  'does not follow %s to another site',
  (next) => {
    expect(returnPath(`?next=${encodeURIComponent(next)}`)).toBe('/');
  },
);
