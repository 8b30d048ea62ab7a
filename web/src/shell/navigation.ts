import type { Role } from '../protocol/Role';
import { shellMessages as text } from './messages';

export interface Destination {
  to: string;
  label: string;
}

const interviews: Destination = { to: '/', label: text.interviews };

/** Where the top navigation leads, by role. */
export function destinations(role: Role): Destination[] {
  if (role === 'reviewer') return [interviews];
  return [
    interviews,
    { to: '/problems', label: text.problems },
    { to: '/statistics', label: text.statistics },
    { to: '/people', label: text.people },
  ];
}

/** Whether `path` lies under a destination; interviews live at the root and at `/interviews/…`. */
export function leadsTo(destination: Destination, path: string): boolean {
  if (destination.to === '/') return path === '/' || path.startsWith('/interviews');
  return path === destination.to || path.startsWith(`${destination.to}/`);
}
