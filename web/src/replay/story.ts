/** Everything but the document at a moment of the interview: a pure function of the journal. */
import type { ChatMessage } from '../protocol/ChatMessage';
import type { OutputChunk } from '../protocol/OutputChunk';
import type { ParticipantId } from '../protocol/ParticipantId';
import type { Run } from '../protocol/Run';
import type { RunState } from '../protocol/RunState';
import type { RunWithOutput } from '../protocol/RunWithOutput';
import type { TimelineEvent } from '../protocol/TimelineEvent';

interface ToldRun {
  start: Omit<Run, 'state'>;
  output: { atMs: number; chunk: OutputChunk }[];
  finished?: { atMs: number; state: RunState };
}

interface Change<T> {
  atMs: number;
  participantId: ParticipantId;
  value: T;
}

/** The journal sorted by what it tells about; made once per interview. */
export interface Story {
  chat: ChatMessage[];
  runs: ToldRun[];
  presence: Change<boolean>[];
  cameraMuted: Change<boolean>[];
  microphoneMuted: Change<boolean>[];
}

/** What can be jumped to. */
export interface Marker {
  atMs: number;
  kind: 'run' | 'runFailed' | 'chat' | 'joined' | 'left';
  participantId: ParticipantId;
  /** The message, or the language of the run. */
  text: string;
}

export function tell(events: readonly TimelineEvent[]): Story {
  const story: Story = { chat: [], runs: [], presence: [], cameraMuted: [], microphoneMuted: [] };
  const runs = new Map<string, ToldRun>();
  for (const event of events) {
    const { atMs, participantId } = event;
    switch (event.kind) {
      case 'runOutput':
        runs.get(event.id)?.output.push({ atMs, chunk: event.chunk });
        continue;
      case 'runFinished': {
        const run = runs.get(event.id);
        if (run !== undefined) run.finished = { atMs, state: event.state };
        continue;
      }
    }
    if (participantId === null) continue;
    switch (event.kind) {
      case 'chat':
        story.chat.push({ id: event.id, participantId, text: event.text, atMs });
        break;
      case 'runStarted': {
        const { id, language } = event;
        const run: ToldRun = {
          start: { id, participantId, language, startedAtMs: atMs },
          output: [],
        };
        runs.set(id, run);
        story.runs.push(run);
        break;
      }
      case 'joined':
      case 'left':
        story.presence.push({ atMs, participantId, value: event.kind === 'joined' });
        break;
      case 'muted':
        if (event.source !== 'screen') {
          const changes = event.source === 'camera' ? story.cameraMuted : story.microphoneMuted;
          changes.push({ atMs, participantId, value: event.muted });
        }
        break;
    }
  }
  return story;
}

export function chatAt(story: Story, ms: number): ChatMessage[] {
  return story.chat.filter(({ atMs }) => atMs <= ms);
}

/** The runs started until the moment, oldest first, with the output they had by then. */
export function runsAt(story: Story, ms: number): RunWithOutput[] {
  return story.runs
    .filter(({ start }) => start.startedAtMs <= ms)
    .map(({ start, output, finished }) => ({
      run: {
        ...start,
        state:
          finished !== undefined && finished.atMs <= ms ? finished.state : { state: 'running' },
      },
      output: output.filter(({ atMs }) => atMs <= ms).map(({ chunk }) => chunk),
    }));
}

/** Who was in the room at the moment. */
export function presentAt(story: Story, ms: number): Set<ParticipantId> {
  return trueAt(story.presence, ms);
}

export function cameraMutedAt(story: Story, ms: number): Set<ParticipantId> {
  return trueAt(story.cameraMuted, ms);
}

export function microphoneMutedAt(story: Story, ms: number): Set<ParticipantId> {
  return trueAt(story.microphoneMuted, ms);
}

function trueAt(changes: readonly Change<boolean>[], ms: number): Set<ParticipantId> {
  const now = new Set<ParticipantId>();
  for (const { atMs, participantId, value } of changes) {
    if (atMs > ms) break;
    if (value) now.add(participantId);
    else now.delete(participantId);
  }
  return now;
}

export function succeeded(state: RunState): boolean {
  return state.state === 'finished' && state.outcome.kind === 'exited' && state.outcome.code === 0;
}

/** Moments worth jumping to, in order. */
export function markersOf(story: Story): Marker[] {
  const markers: Marker[] = [
    ...story.chat.map(
      ({ atMs, participantId, text }): Marker => ({
        atMs,
        kind: 'chat',
        participantId,
        text,
      }),
    ),
    ...story.runs.map(
      ({ start, finished }): Marker => ({
        atMs: start.startedAtMs,
        kind: finished !== undefined && !succeeded(finished.state) ? 'runFailed' : 'run',
        participantId: start.participantId,
        text: start.language,
      }),
    ),
    ...story.presence.map(
      ({ atMs, participantId, value }): Marker => ({
        atMs,
        kind: value ? 'joined' : 'left',
        participantId,
        text: '',
      }),
    ),
  ];
  return markers.sort((a, b) => a.atMs - b.atMs);
}

/** How much was typed in each of so many equal parts of the interview, from 0 to 1. */
export function activityOf(
  events: readonly TimelineEvent[],
  durationMs: number,
  parts: number,
): number[] {
  const counts = new Array<number>(parts).fill(0);
  for (const event of events) {
    if (event.kind !== 'document' || event.participantId === null) continue;
    const part = Math.min(parts - 1, Math.floor((event.atMs / Math.max(1, durationMs)) * parts));
    counts[part] = (counts[part] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts);
  return counts.map((count) => count / most);
}
