import type { Role } from '../../protocol/Role';

const roleNames: Record<Role, string> = { interviewer: 'Interviewer', reviewer: 'Reviewer' };
const roleHints: Record<Role, string> = {
  interviewer: 'Creates interviews and problems, invites people, sees statistics.',
  reviewer: 'Joins interviews, and replays those that are shared with them.',
};

export const peopleMessages = {
  title: 'People',
  text: 'Accounts on this server. Whom you invite to an interview needs none.',
  create: 'New account',
  createTitle: 'Create an account',
  submit: 'Create account',
  created: (name: string) => `${name} can sign in now. Tell them the password.`,
  name: 'Name',
  role: 'Role',
  since: 'Since',
  you: 'you',
  roleNames,
  roleHints,
} as const;
