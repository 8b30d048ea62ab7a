import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeSocket } from '../test/FakeSocket';
import { PING_MS, RoomSocket, UNANSWERED_PINGS } from './RoomSocket';

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
});
afterEach(() => {
  socket?.stop();
  vi.useRealTimers();
});

let socket: RoomSocket | undefined;

function start(prepare: () => Promise<boolean> = async () => true) {
  const onLost = vi.fn();
  socket = new RoomSocket({
    url: 'ws://room',
    prepare,
    onOpen: () => {},
    onMessage: () => {},
    onFrame: () => {},
    onLost,
    createSocket: (url) => new FakeSocket(url),
    random: () => 1,
  });
  socket.start();
  return { socket, onLost };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

it('renews the session before each attempt', async () => {
  const prepare = vi.fn(async () => true);
  start(prepare);
  await settle();
  FakeSocket.last().open();
  FakeSocket.last().close();
  await vi.advanceTimersByTimeAsync(500);
  expect(prepare).toHaveBeenCalledTimes(2);
  expect(FakeSocket.all).toHaveLength(2);
});

it('makes no attempt when entering makes no sense', async () => {
  start(async () => false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(0);
});

it('waits longer after each failure and begins anew once it was let in', async () => {
  const { socket } = start();
  await settle();
  FakeSocket.last().close();
  await vi.advanceTimersByTimeAsync(500);
  FakeSocket.last().close();
  await vi.advanceTimersByTimeAsync(999);
  expect(FakeSocket.all).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(FakeSocket.all).toHaveLength(3);

  FakeSocket.last().open();
  socket.entered();
  FakeSocket.last().close();
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSocket.all).toHaveLength(4);
});

it('tries at once when the network is back', async () => {
  start();
  await settle();
  FakeSocket.last().close();
  window.dispatchEvent(new Event('online'));
  await settle();
  expect(FakeSocket.all).toHaveLength(2);
});

it('gives up a connection on which nothing is heard', async () => {
  const { socket, onLost } = start();
  await settle();
  FakeSocket.last().open();
  socket.entered();
  await vi.advanceTimersByTimeAsync(PING_MS * UNANSWERED_PINGS);
  expect(FakeSocket.last().messages()).toHaveLength(UNANSWERED_PINGS);
  expect(onLost).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(PING_MS);
  expect(onLost).toHaveBeenCalledOnce();
});

it('keeps a connection that answers', async () => {
  const { socket, onLost } = start();
  await settle();
  FakeSocket.last().open();
  socket.entered();
  for (let beat = 1; beat <= 10; beat++) {
    await vi.advanceTimersByTimeAsync(PING_MS);
    FakeSocket.last().say({ type: 'pong', id: beat });
  }
  expect(onLost).not.toHaveBeenCalled();
});

it('does not wait for ever to be let in', async () => {
  const { onLost } = start();
  await settle();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onLost).toHaveBeenCalledOnce();
});

it('tries no more once it is stopped', async () => {
  const { socket } = start();
  await settle();
  FakeSocket.last().close();
  socket.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(1);
});
