import { expect, it } from 'vitest';
import { loginPath, returnPath } from './returnPath';

it('comes back to the page that asked for the login', () => {
  const login = loginPath({ pathname: '/interviews/1', search: '?tab=runs' });
  expect(returnPath({ search: new URL(login, 'http://here').search, state: null })).toBe(
    '/interviews/1?tab=runs',
  );
});

it('goes to the first page when none was asked for', () => {
  expect(returnPath({ search: '', state: null })).toBe('/');
  expect(loginPath({ pathname: '/', search: '' })).toBe('/login');
});

it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])(
  'does not follow %s to another site',
  (next) => {
    expect(returnPath({ search: `?next=${encodeURIComponent(next)}`, state: { next } })).toBe('/');
  },
);

it('keeps an invite token out of the address', () => {
  expect(returnPath({ search: '', state: { next: '/join#secret' } })).toBe('/join#secret');
});
