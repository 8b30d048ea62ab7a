import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ServerMessage } from '../protocol/ServerMessage';
import { FakeSocket } from '../test/FakeSocket';
import { RoomConnection } from './RoomConnection';
import type { Phase } from './roomState';

let room: RoomConnection;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
});
afterEach(() => {
  room.destroy();
  vi.useRealTimers();
});

function welcome(changes: object = {}): ServerMessage {
  return {
    type: 'welcome',
    you: 'ada',
    interview: { id: 'i', title: 'Interview', status: 'live', startedAt: 0, problem: null },
    atMs: 1000,
    participants: [],
    tracks: [],
    chat: [],
    runs: [],
    recording: { state: 'on' },
    ...changes,
  };
}

async function connect(prepare: () => Promise<Phase | null> = async () => null) {
  room = new RoomConnection({
    url: 'ws://room',
    consent: true,
    prepare,
    createSocket: (url) => new FakeSocket(url),
  });
  room.start();
  await vi.advanceTimersByTimeAsync(0);
}

async function enter() {
  await connect();
  FakeSocket.last().open();
  FakeSocket.last().say(welcome());
}

async function comeBack(changes: object = {}) {
  FakeSocket.last().close();
  await vi.advanceTimersByTimeAsync(1000);
  FakeSocket.last().open();
  FakeSocket.last().say(welcome(changes));
}

const state = () => room.store.getState();
const said = (type: string) =>
  FakeSocket.last()
    .messages()
    .filter((message) => message.type === type);

it('joins first of all, and is in after the welcome', async () => {
  await connect();
  FakeSocket.last().open();
  expect(FakeSocket.last().messages()).toEqual([{ type: 'join', consent: true }]);
  expect(state().phase.kind).toBe('connecting');
  FakeSocket.last().say(welcome());
  expect(state().phase.kind).toBe('in');
  expect(state().entrances).toBe(1);
});

it('reconnects with everything still there', async () => {
  await enter();
  FakeSocket.last().say({ type: 'run', run: run('queued') });
  FakeSocket.last().close();
  expect(state().phase.kind).toBe('reconnecting');
  expect(state().runs).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1000);
  FakeSocket.last().open();
  FakeSocket.last().say(welcome());
  expect(state().phase.kind).toBe('in');
  expect(state().entrances).toBe(2);
});

it('shows a message at once and marks it stored when the server has it', async () => {
  await enter();
  room.sendChat('hello');
  const [entry] = state().chat;
  expect(entry).toMatchObject({ text: 'hello', delivery: 'pending' });
  expect(said('chat')).toEqual([{ type: 'chat', id: entry?.id, text: 'hello' }]);
  const stored = { id: entry?.id ?? '', participantId: 'ada', text: 'hello', atMs: 5 };
  FakeSocket.last().say({ type: 'chat', message: stored });
  expect(state().chat).toEqual([{ ...stored, delivery: 'stored' }]);
});

it('sends an unanswered message again under the same id', async () => {
  await enter();
  room.sendChat('hello');
  const id = state().chat[0]?.id;
  await comeBack();
  expect(said('chat')).toEqual([{ type: 'chat', id, text: 'hello' }]);
});

it('sends a message again no more when the server turns out to have it', async () => {
  await enter();
  room.sendChat('hello');
  const stored = { id: state().chat[0]?.id, participantId: 'ada', text: 'hello', atMs: 5 };
  await comeBack({ chat: [stored] });
  expect(said('chat')).toEqual([]);
  expect(state().chat).toEqual([{ ...stored, delivery: 'stored' }]);
});

it('keeps a message that was written without a connection for the next one', async () => {
  await enter();
  FakeSocket.last().close();
  room.sendChat('hello');
  await vi.advanceTimersByTimeAsync(1000);
  FakeSocket.last().open();
  expect(said('chat')).toEqual([]);
  FakeSocket.last().say(welcome());
  expect(said('chat')).toHaveLength(1);
});

it('lets a refused message be sent once more', async () => {
  await enter();
  room.sendChat('hello');
  const id = state().chat[0]?.id ?? '';
  FakeSocket.last().say({
    type: 'error',
    code: 'too_many_requests',
    message: 'Slowly.',
    fatal: false,
    inReplyTo: id,
  });
  expect(state().chat[0]?.delivery).toBe('failed');
  expect(state().refusal?.message).toBe('Slowly.');
  room.resendChat(id);
  expect(state().chat[0]?.delivery).toBe('pending');
  expect(said('chat')).toHaveLength(2);
});

it('fails an offer whose connection is lost', async () => {
  await enter();
  const answer = room.offer('sdp', [], []);
  FakeSocket.last().close();
  await expect(answer).rejects.toThrow('lost');
});

it('brings an answer to its offer', async () => {
  await enter();
  const answer = room.offer('sdp', [], []);
  FakeSocket.last().say({ type: 'answer', id: 1, sdp: 'their sdp' });
  await expect(answer).resolves.toBe('their sdp');
});

it('collects output that comes in small pieces', async () => {
  await enter();
  FakeSocket.last().say({ type: 'run', run: run('running') });
  const changes = vi.fn();
  room.store.subscribe(changes);
  for (const text of ['a', 'b', 'c']) {
    FakeSocket.last().say({ type: 'runOutput', id: 'r', chunk: { stream: 'stdout', text } });
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(changes).toHaveBeenCalledOnce();
  expect(state().runs[0]?.output).toEqual([{ stream: 'stdout', text: 'abc' }]);
});

it.each([
  ['ended', 'ended'],
  ['replaced', 'replaced'],
  ['consent_required', 'refused'],
])('stays away after the fatal error %s', async (code, phase) => {
  await enter();
  FakeSocket.last().say({ type: 'error', code, message: 'No.', fatal: true, inReplyTo: null });
  expect(state().phase.kind).toBe(phase);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(1);
});

it('does not even try when entering makes no sense', async () => {
  await connect(async () => ({ kind: 'ended' }));
  expect(state().phase.kind).toBe('ended');
  expect(FakeSocket.all).toHaveLength(0);
});

function run(is: 'queued' | 'running') {
  return {
    id: 'r',
    participantId: 'ada',
    language: 'python',
    startedAtMs: 0,
    state: is === 'queued' ? ({ state: is, place: 0 } as const) : ({ state: is } as const),
  };
}
