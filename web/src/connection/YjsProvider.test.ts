import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { decodeFrame, encodeFrame } from './frames';
import { type SavedState, YjsProvider } from './YjsProvider';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A server's copy of the document behind a connection that can be full. */
class FakeServer {
  readonly doc = new Y.Doc();
  buffered = 0;
  updates = 0;
  awareness = 0;

  connect(provider: YjsProvider) {
    provider.connect({
      bufferedAmount: () => this.buffered,
      send: (bytes) => {
        const frame = decodeFrame(bytes);
        if (frame?.kind === 'step1') {
          const update = Y.encodeStateAsUpdate(this.doc, frame.stateVector);
          provider.receive(encodeFrame({ kind: 'step2', update }));
        } else if (frame?.kind === 'step2' || frame?.kind === 'update') {
          this.updates += 1;
          Y.applyUpdate(this.doc, frame.update);
        } else if (frame?.kind === 'awareness') {
          this.awareness += 1;
        }
      },
    });
  }

  /** The second half of the synchronisation: the server asks for what it lacks. */
  ask(provider: YjsProvider) {
    const stateVector = Y.encodeStateVector(this.doc);
    provider.receive(encodeFrame({ kind: 'step1', stateVector }));
  }

  text() {
    return this.doc.getText('file/main.py').toString();
  }
}

function page() {
  const doc = new Y.Doc();
  const states: SavedState[] = [];
  const provider = new YjsProvider(doc, new Awareness(doc), (state) => states.push(state));
  return { doc, provider, states, text: doc.getText('file/main.py') };
}

it('brings both documents together, whoever wrote before', () => {
  const server = new FakeServer();
  server.doc.getText('file/main.py').insert(0, 'server ');
  const { provider, text } = page();
  text.insert(0, 'page ');
  server.connect(provider);
  server.ask(provider);
  expect(text.toString()).toBe(server.text());
  expect(text.toString()).toContain('server ');
  expect(text.toString()).toContain('page ');
});

it('sends single updates only after the server knows what came before', () => {
  const server = new FakeServer();
  const { provider, text } = page();
  server.connect(provider);
  text.insert(0, 'a');
  expect(server.updates).toBe(0);
  server.ask(provider);
  text.insert(1, 'b');
  expect(server.updates).toBe(2);
  expect(server.text()).toBe('ab');
});

it('two pages that type at once end with the same text', () => {
  const [one, two] = [page(), page()];
  const relay = (to: YjsProvider) => (update: Uint8Array, origin: unknown) => {
    if (origin !== to) to.receive(encodeFrame({ kind: 'update', update }));
  };
  one.doc.on('update', relay(two.provider));
  two.doc.on('update', relay(one.provider));
  one.text.insert(0, 'one');
  two.text.insert(2, 'two');
  expect(one.text.toString()).toBe(two.text.toString());
});

it('sends what was typed without a connection at the next one', () => {
  const server = new FakeServer();
  const { provider, text } = page();
  server.connect(provider);
  server.ask(provider);
  provider.disconnect();
  text.insert(0, 'offline');
  expect(server.text()).toBe('');
  server.connect(provider);
  server.ask(provider);
  expect(server.text()).toBe('offline');
});

it('holds updates back while the connection is full, then sends them as one', () => {
  const server = new FakeServer();
  const { provider, text } = page();
  server.connect(provider);
  server.ask(provider);
  server.buffered = 10_000_000;
  for (const letter of 'abcdef') text.insert(text.length, letter);
  expect(server.updates).toBe(1);
  vi.advanceTimersByTime(1000);
  expect(server.updates).toBe(1);
  server.buffered = 0;
  vi.advanceTimersByTime(1000);
  expect(server.updates).toBe(2);
  expect(server.text()).toBe('abcdef');
});

it('says whether everything is stored', () => {
  const server = new FakeServer();
  const { provider, text, states } = page();
  server.connect(provider);
  server.ask(provider);
  provider.saved(1);
  text.insert(0, 'a');
  text.insert(1, 'b');
  provider.saved(2);
  expect(provider.hasUnsaved()).toBe(true);
  provider.saved(3);
  expect(provider.hasUnsaved()).toBe(false);
  provider.disconnect();
  expect(states.at(-1)).toBe('offline');
  expect(states.slice(-4)).toEqual(['saved', 'saving', 'saved', 'offline']);
});

it('does not take a count of the lost connection for the new one', () => {
  const server = new FakeServer();
  const { provider, text, states } = page();
  server.connect(provider);
  server.ask(provider);
  text.insert(0, 'a');
  provider.disconnect();
  expect(provider.hasUnsaved()).toBe(true);
  server.connect(provider);
  server.ask(provider);
  expect(states.at(-1)).toBe('saving');
  provider.saved(1);
  expect(states.at(-1)).toBe('saved');
});

it('tells our cursor, not those of others, and forgets theirs with the connection', () => {
  const server = new FakeServer();
  const { provider } = page();
  const { awareness } = provider;
  awareness.setLocalState({ user: { name: 'Ada' } });
  server.connect(provider);
  expect(server.awareness).toBe(1);
  // One state of client 7: clock 1.
  const other = [1, 7, 1, 2, 0x7b, 0x7d];
  provider.receive(encodeFrame({ kind: 'awareness', update: Uint8Array.from(other) }));
  expect(awareness.getStates().has(7)).toBe(true);
  expect(server.awareness).toBe(1);
  provider.disconnect();
  expect(awareness.getStates().has(7)).toBe(false);
  expect(awareness.getLocalState()).not.toBeNull();
});
