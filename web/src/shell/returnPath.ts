import type { Location } from 'react-router';

/** The login page, with the way back to `location`. */
export function loginPath(location: Pick<Location, 'pathname' | 'search'>): string {
  const here = location.pathname + location.search;
  return here === '/' ? '/login' : `/login?next=${encodeURIComponent(here)}`;
}

/**
 * Where to go after the login: what the link here carried along (in the history state when it holds
 * a secret, which a query would write into logs), else the first page. Only paths of this page: a
 * link must not lead to another site.
 */
export function returnPath({ search, state }: Pick<Location, 'search' | 'state'>): string {
  const carried: unknown = (state as { next?: unknown } | null)?.next;
  const next = typeof carried === 'string' ? carried : new URLSearchParams(search).get('next');
  return next && /^\/(?![/\\])/.test(next) ? next : '/';
}
