import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { interview, interviewer, python } from './test/fixtures';
import { open, Refusal, serve } from './test/render';

vi.mock('./pages/room', () => ({ default: () => <p>the room</p> }));
vi.mock('./pages/replay', () => ({ default: () => <p>the replay</p> }));

afterEach(() => {
  vi.unstubAllGlobals();
});

const reviewer = { ...interviewer, role: 'reviewer' };
const guest = { kind: 'guest', participantId: 'p', interviewId: 'i1', name: 'Grace' };
const preview = {
  interviewId: 'i1',
  title: 'Backend engineer',
  interviewerName: 'Ada Lovelace',
  status: 'scheduled',
  record: true,
};

it('leads through the login back to the page that was asked for', async () => {
  const asked = serve({
    'GET /api/setup': { needed: false },
    'POST /api/auth/login': interviewer,
    'GET /api/problems': [],
    'GET /api/languages': [python],
  });
  open('/problems');
  await userEvent.type(await screen.findByLabelText('E-mail'), 'ada@example.com');
  await userEvent.type(screen.getByLabelText('Password'), 'correct horse');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByText('No problems yet')).toBeDefined();
  expect(asked).toContain('GET /api/problems');
});

it('leaves for the login when signing out', async () => {
  serve({
    'GET /api/me': interviewer,
    'GET /api/interviews': [],
    'GET /api/languages': [python],
    'GET /api/setup': { needed: false },
    'POST /api/auth/logout': {},
  });
  open('/');
  await userEvent.click(await screen.findByRole('button', { name: 'Your account' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeDefined();
});

it('says why a login was refused and stays', async () => {
  serve({
    'GET /api/setup': { needed: false },
    'POST /api/auth/login': new Refusal(401, 'unauthenticated', 'E-mail or password is wrong.'),
  });
  open('/login');
  await userEvent.type(await screen.findByLabelText('E-mail'), 'ada@example.com');
  await userEvent.type(screen.getByLabelText('Password'), 'wrong');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  expect((await screen.findByRole('alert')).textContent).toBe('E-mail or password is wrong.');
});

it('asks nobody for what is missing before the server is', async () => {
  const asked = serve({ 'GET /api/setup': { needed: false } });
  open('/login');
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in' }));
  expect(await screen.findByText('Enter your e-mail address.')).toBeDefined();
  expect(asked).not.toContain('POST /api/auth/login');
});

it('shows interviewers every page and reviewers only interviews', async () => {
  serve({ 'GET /api/me': interviewer, 'GET /api/interviews': [], 'GET /api/languages': [python] });
  const { unmount } = open('/');
  const links = () =>
    within(screen.getByRole('navigation'))
      .getAllByRole('link')
      .map(({ textContent }) => textContent);
  await screen.findByText('No interviews yet');
  expect(links()).toEqual(['Interviews', 'Problems', 'Statistics', 'People']);
  unmount();

  serve({ 'GET /api/me': reviewer, 'GET /api/interviews': [], 'GET /api/languages': [python] });
  open('/');
  await screen.findByText('Nothing here yet');
  expect(links()).toEqual(['Interviews']);
});

it('has no page of interviewers for reviewers', async () => {
  const asked = serve({ 'GET /api/me': reviewer });
  open('/people');
  expect(await screen.findByRole('heading', { name: 'Nothing here' })).toBeDefined();
  expect(asked).not.toContain('GET /api/users');
});

it('sends a guest who strays back to the room', async () => {
  serve({ 'GET /api/me': guest });
  open('/');
  expect(await screen.findByText('the room')).toBeDefined();
});

it('lets an invited person in under a name and tells about the recording before', async () => {
  const join = vi.fn(() => guest);
  serve({ 'POST /api/join/preview': preview, 'POST /api/join': join });
  open('/join#secret');
  expect(await screen.findByText(/This interview is recorded/)).toBeDefined();
  await userEvent.type(screen.getByLabelText('Your name'), ' Grace ');
  await userEvent.click(screen.getByRole('button', { name: 'Continue' }));
  expect(await screen.findByText('the room')).toBeDefined();
  expect(join).toHaveBeenCalledWith({ token: 'secret', name: 'Grace' });
});

it('makes an account known again before it joins', async () => {
  const asked = serve({
    'GET /api/me': interviewer,
    'POST /api/auth/refresh': interviewer,
    'POST /api/join/preview': preview,
    'POST /api/join': interviewer,
  });
  open('/join#secret');
  await userEvent.click(await screen.findByRole('button', { name: 'Continue as Ada Lovelace' }));
  expect(await screen.findByText('the room')).toBeDefined();
  const renewal = asked.indexOf('POST /api/auth/refresh');
  expect(renewal).toBeGreaterThan(-1);
  expect(renewal).toBeLessThan(asked.indexOf('POST /api/join'));
});

it('explains an invite that no longer works', async () => {
  serve({ 'POST /api/join/preview': new Refusal(404, 'not_found', 'No such invite.') });
  open('/join#old');
  expect(await screen.findByText('This invite does not work')).toBeDefined();
});

it('creates an interview and shows its invite link', async () => {
  const created = interview({ id: 'i9', title: 'Go round' });
  const create = vi.fn(() => created);
  serve({
    'GET /api/me': interviewer,
    'GET /api/problems': [],
    'GET /api/languages': [python],
    'GET /api/users': [],
    'POST /api/interviews': create,
    'GET /api/interviews/i9': created,
    'GET /api/interviews/i9/invites': [],
    'GET /api/interviews/i9/shares': [],
    'POST /api/interviews/i9/invites': {
      invite: { id: 'v', createdAt: 0, expiresAt: 4e12, revoked: false },
      path: '/join#token',
    },
  });
  open('/interviews/new');
  await userEvent.type(await screen.findByLabelText('Title'), 'Go round');
  await userEvent.click(screen.getByRole('button', { name: 'Create interview' }));
  const link = await screen.findByLabelText<HTMLInputElement>('Invite link');
  expect(link.value).toBe(`${window.location.origin}/join#token`);
  expect(create).toHaveBeenCalledWith({
    title: 'Go round',
    problemId: null,
    language: null,
    scheduledAt: null,
    record: true,
  });
});

it('shows a refused field at its input', async () => {
  serve({
    'GET /api/me': interviewer,
    'GET /api/problems': [],
    'GET /api/languages': [python],
    'POST /api/interviews': new Refusal(400, 'invalid', 'Use one line of plain text.', 'title'),
  });
  open('/interviews/new');
  const title = await screen.findByLabelText('Title');
  await userEvent.type(title, 'Go');
  await userEvent.click(screen.getByRole('button', { name: 'Create interview' }));
  expect(await screen.findByText('Use one line of plain text.')).toBeDefined();
  expect(title.getAttribute('aria-invalid')).toBe('true');
});

it('offers to try again when the server cannot be reached', async () => {
  serve({ 'GET /api/me': interviewer, 'GET /api/languages': [python] });
  const answered = globalThis.fetch;
  let down = true;
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    if (path !== '/api/interviews') return answered(path, init);
    return down
      ? Promise.reject(new TypeError('Failed to fetch'))
      : Promise.resolve(new Response('[]'));
  });
  open('/');
  const again = await screen.findByRole('button', { name: 'Try again' });
  down = false;
  await userEvent.click(again);
  expect(await screen.findByText('No interviews yet')).toBeDefined();
});
