import { describe, expect, it } from 'vitest';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { TimelineEvent } from '../protocol/TimelineEvent';
import { ReplayDocument } from './document';

const FILE = 'file/main.py';

/** A journal of someone typing one letter every 10 ms, and the text after each. */
function typing(letters: number): { events: TimelineEvent[]; textAt: (ms: number) => string } {
  const doc = new Y.Doc();
  const events: TimelineEvent[] = [];
  const texts: string[] = [''];
  doc.on('update', (update: Uint8Array) => {
    const seq = events.length + 1;
    events.push({
      seq,
      atMs: seq * 10,
      participantId: null,
      kind: 'document',
      update: base64(update),
    });
    texts.push(doc.getText(FILE).toString());
  });
  for (let index = 0; index < letters; index += 1) {
    const text = doc.getText(FILE);
    text.insert((index * 7) % (text.length + 1), String.fromCharCode(97 + (index % 26)));
  }
  return { events, textAt: (ms) => texts[Math.floor(ms / 10)] ?? '' };
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

describe('the replayed document', () => {
  it('shows the text of any moment, in whatever order the moments are visited', () => {
    const { events, textAt } = typing(1_700);
    const replay = new ReplayDocument(events);
    for (const ms of [0, 50, 17_000, 16_990, 40, 9_000, 5_010, 5_000, 17_000, 0]) {
      replay.seek(ms);
      expect(replay.doc.getText(FILE).toString()).toBe(textAt(ms));
    }
  });

  it('says when the document was replaced, which is only on the way back', () => {
    const replay = new ReplayDocument(typing(20).events);
    const first = replay.doc;
    expect(replay.seek(100)).toBe(false);
    expect(replay.doc).toBe(first);
    expect(replay.seek(50)).toBe(true);
    expect(replay.doc).not.toBe(first);
  });

  it('shows the cursors as they were, and none of the one who replays', () => {
    const writer = new Awareness(new Y.Doc());
    const at = (seq: number, name: string): TimelineEvent => {
      writer.setLocalState({ user: { name } });
      const update = base64(encodeAwarenessUpdate(writer, [writer.clientID]));
      return { seq, atMs: seq * 10, participantId: null, kind: 'awareness', update };
    };
    const replay = new ReplayDocument([at(1, 'before'), at(2, 'after')]);
    replay.seek(20);
    expect([...replay.awareness.getStates().values()]).toEqual([{ user: { name: 'after' } }]);
    replay.seek(10);
    expect([...replay.awareness.getStates().values()]).toEqual([{ user: { name: 'before' } }]);
  });
});
