import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { MemoryRouter, Outlet, Route, Routes } from 'react-router';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Interview } from '../../protocol/Interview';
import { FakeSocket } from '../../test/FakeSocket';
import { interview, interviewer, python } from '../../test/fixtures';
import { serve } from '../../test/render';
import { theme } from '../../theme/theme';
import RoomPage from '.';

vi.mock('../../editor/CodeEditor', () => ({ default: () => <p>the editor</p> }));
// Without a layout its borders lie under every click.
vi.mock('react-resizable-panels', () => {
  const Part = ({ children }: { children?: ReactNode }) => <div>{children}</div>;
  return { Group: Part, Panel: Part, Separator: Part, useDefaultLayout: () => ({}) };
});

beforeEach(() => {
  FakeSocket.all = [];
  sessionStorage.clear();
  vi.stubGlobal('WebSocket', Object.assign(FakeSocket, { OPEN: 1, CLOSED: 3, CONNECTING: 0 }));
  vi.stubGlobal(
    'RTCPeerConnection',
    class {
      connectionState = 'new';
      close() {}
    },
  );
});

function open(changes: Partial<Interview> = {}) {
  const shown = interview({ status: 'live', ...changes });
  serve({
    [`GET /api/interviews/${shown.id}`]: shown,
    'GET /api/languages': [python],
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={queries}>
        <MemoryRouter initialEntries={[`/interviews/${shown.id}/room`]}>
          <Routes>
            <Route element={<Outlet context={interviewer} />}>
              <Route path="/interviews/:interviewId/room" element={<RoomPage />} />
            </Route>
          </Routes>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

async function letIn() {
  await waitFor(() => expect(FakeSocket.all.length).toBeGreaterThan(0));
  FakeSocket.last().open();
  FakeSocket.last().say({
    type: 'welcome',
    you: 'ada',
    interview: { id: 'i', title: 'Interview', status: 'live', startedAt: 0, problem: null },
    atMs: 0,
    participants: [
      {
        id: 'ada',
        name: 'Ada Lovelace',
        role: 'interviewer',
        color: '#0b7285',
        present: true,
        microphoneMuted: true,
        cameraMuted: true,
      },
    ],
    tracks: [],
    chat: [],
    runs: [],
    recording: { state: 'on' },
  });
  await screen.findByText('the editor');
}

const joinButton = () => screen.findByRole('button', { name: 'Join interview' });

it('lets nobody into a recorded interview without consent', async () => {
  open({ record: true });
  expect(await joinButton()).toHaveProperty('disabled', true);
  await userEvent.click(screen.getByRole('checkbox', { name: 'I agree to being recorded' }));
  await userEvent.click(await joinButton());
  await letIn();
  expect(FakeSocket.last().messages()[0]).toEqual({ type: 'join', consent: true });
});

it('can be entered without any device', async () => {
  open({ record: false });
  expect(await screen.findAllByRole('alert')).toHaveLength(2);
  await userEvent.click(await joinButton());
  await letIn();
  expect(FakeSocket.last().messages()).toContainEqual({
    type: 'mute',
    source: 'camera',
    muted: true,
  });
});

it('comes straight back after a reload', async () => {
  const before = open({ record: true });
  await userEvent.click(await screen.findByRole('checkbox'));
  await userEvent.click(await joinButton());
  await letIn();
  before.unmount();
  FakeSocket.all = [];
  open({ record: true });
  await letIn();
  expect(FakeSocket.last().messages()[0]).toEqual({ type: 'join', consent: true });
});

it('says whether it records, and chats', async () => {
  open({ record: false });
  await userEvent.click(await joinButton());
  await letIn();
  expect(screen.getByText('Recording')).toBeDefined();
  await userEvent.type(screen.getByRole('textbox', { name: 'Message' }), 'hello{Enter}');
  expect(await screen.findByText('hello')).toBeDefined();
  expect(screen.getByText('Sending…')).toBeDefined();
});

it('shows the way out when the interview ends', async () => {
  open({ record: false });
  await userEvent.click(await joinButton());
  await letIn();
  FakeSocket.last().say({ type: 'ended' });
  expect(await screen.findByText('The interview has ended')).toBeDefined();
  expect(screen.getByRole('link', { name: 'Replay' })).toBeDefined();
});

it('offers to come back when another window took the place', async () => {
  open({ record: false });
  await userEvent.click(await joinButton());
  await letIn();
  FakeSocket.last().say({
    type: 'error',
    code: 'replaced',
    message: 'Elsewhere.',
    fatal: true,
    inReplyTo: null,
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Continue here' }));
  await letIn();
});

it('opens no room of an interview that has ended', async () => {
  open({ status: 'ended' });
  expect(await screen.findByText('The interview has ended')).toBeDefined();
  expect(FakeSocket.all).toHaveLength(0);
});
