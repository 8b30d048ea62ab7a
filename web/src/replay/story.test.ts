import { describe, expect, it } from 'vitest';
import type { Event } from '../protocol/Event';
import type { TimelineEvent } from '../protocol/TimelineEvent';
import { activityOf, chatAt, markersOf, presentAt, runsAt, tell } from './story';

const WRITER = 'writer';

function journal(...entries: [atMs: number, event: Event][]): TimelineEvent[] {
  return entries.map(([atMs, event], index) => ({
    seq: index + 1,
    atMs,
    participantId: WRITER,
    ...event,
  }));
}

const EVENTS = journal(
  [0, { kind: 'joined' }],
  [100, { kind: 'chat', id: 'm1', text: 'hello' }],
  [200, { kind: 'runStarted', id: 'r1', language: 'python', stdin: '' }],
  [250, { kind: 'runOutput', id: 'r1', chunk: { stream: 'stdout', text: 'one\n' } }],
  [300, { kind: 'runOutput', id: 'r1', chunk: { stream: 'stderr', text: 'two\n' } }],
  [
    350,
    {
      kind: 'runFinished',
      id: 'r1',
      state: {
        state: 'finished',
        outcome: { kind: 'exited', code: 1 },
        wallMs: 150,
        peakMemory: null,
        truncated: false,
      },
    },
  ],
  [400, { kind: 'left' }],
);

describe('the story of an interview', () => {
  const story = tell(EVENTS);

  it('shows a message from the moment it was sent', () => {
    expect(chatAt(story, 99)).toEqual([]);
    expect(chatAt(story, 100).map(({ text }) => text)).toEqual(['hello']);
  });

  it('shows a run with the output it had by then', () => {
    expect(runsAt(story, 199)).toEqual([]);
    const [halfway] = runsAt(story, 260);
    expect(halfway?.run.state).toEqual({ state: 'running' });
    expect(halfway?.output.map(({ text }) => text)).toEqual(['one\n']);
    const [done] = runsAt(story, 350);
    expect(done?.run.state.state).toBe('finished');
    expect(done?.output).toHaveLength(2);
  });

  it('knows who was there', () => {
    expect(presentAt(story, 399).has(WRITER)).toBe(true);
    expect(presentAt(story, 400).has(WRITER)).toBe(false);
  });

  it('marks failed runs apart from good ones', () => {
    expect(markersOf(story).map(({ kind }) => kind)).toEqual([
      'joined',
      'chat',
      'runFailed',
      'left',
    ]);
  });

  it('counts typing by people, not the text that the server put in at the start', () => {
    const typed: Event = { kind: 'document', update: '' };
    const events = journal([10, typed], [20, typed], [90, typed]);
    const seeded: TimelineEvent = { seq: 0, atMs: 0, participantId: null, ...typed };
    expect(activityOf([seeded, ...events], 100, 2)).toEqual([1, 0.5]);
  });
});
