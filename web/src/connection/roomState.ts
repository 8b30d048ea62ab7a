import type { ChatMessage } from '../protocol/ChatMessage';
import type { OutputChunk } from '../protocol/OutputChunk';
import type { Participant } from '../protocol/Participant';
import type { ParticipantId } from '../protocol/ParticipantId';
import type { RecordingState } from '../protocol/RecordingState';
import type { RoomError } from '../protocol/RoomError';
import type { RoomInterview } from '../protocol/RoomInterview';
import type { Run } from '../protocol/Run';
import type { RunId } from '../protocol/RunId';
import type { RunWithOutput } from '../protocol/RunWithOutput';
import type { ServerMessage } from '../protocol/ServerMessage';
import type { Track } from '../protocol/Track';
import type { Welcome } from '../protocol/Welcome';
import type { SavedState } from './YjsProvider';

export type Phase =
  | { kind: 'connecting' }
  | { kind: 'in' }
  | { kind: 'reconnecting' }
  | { kind: 'ended' }
  /** The same person entered again in another window. */
  | { kind: 'replaced' }
  | { kind: 'refused'; message: string };

/** A chat message, and whether the server has stored it. */
export interface ChatEntry extends ChatMessage {
  delivery: 'stored' | 'pending' | 'failed';
}

/** The room as this page knows it. */
export interface RoomState {
  phase: Phase;
  /** How often the room has let us in. A new number means a new connection. */
  entrances: number;
  you: ParticipantId | null;
  interview: RoomInterview | null;
  /** The interview's time 0 on this page's clock. */
  beganAt: number | null;
  participants: Participant[];
  tracks: Track[];
  chat: ChatEntry[];
  runs: RunWithOutput[];
  recording: RecordingState;
  saved: SavedState;
  /** The last thing that was refused, to be shown once. */
  refusal: RoomError | null;
}

export const initialRoomState: RoomState = {
  phase: { kind: 'connecting' },
  entrances: 0,
  you: null,
  interview: null,
  beganAt: null,
  participants: [],
  tracks: [],
  chat: [],
  runs: [],
  recording: { state: 'off' },
  saved: 'offline',
  refusal: null,
};

/** The room after a message of the server. */
export function afterMessage(state: RoomState, message: ServerMessage, now: number): RoomState {
  switch (message.type) {
    case 'welcome':
      return afterWelcome(state, message, now);
    case 'participants':
      return { ...state, participants: message.participants };
    case 'tracks':
      return { ...state, tracks: message.tracks };
    case 'chat':
      return { ...state, chat: withStored(state.chat, message.message) };
    case 'run':
      return { ...state, runs: withRun(state.runs, message.run) };
    case 'runOutput':
      return { ...state, runs: withOutput(state.runs, message.id, message.chunk) };
    case 'recording':
      return { ...state, recording: message.recording };
    case 'ended':
      return { ...state, phase: { kind: 'ended' } };
    case 'error':
      return afterError(state, message);
    case 'answer':
    case 'saved':
    case 'pong':
    case 'restarting':
      return state;
  }
}

function afterWelcome(state: RoomState, welcome: Welcome, now: number): RoomState {
  return {
    ...state,
    phase: { kind: 'in' },
    entrances: state.entrances + 1,
    you: welcome.you,
    interview: welcome.interview,
    beganAt: now - welcome.atMs,
    participants: welcome.participants,
    tracks: welcome.tracks,
    chat: welcome.chat.reduce(withStored, state.chat.filter(isUnstored)),
    runs: welcome.runs.map(({ run, output }) => ({ run, output: output.reduce(joined, []) })),
    recording: welcome.recording,
  };
}

function afterError(state: RoomState, error: RoomError): RoomState {
  if (error.code === 'replaced') return { ...state, phase: { kind: 'replaced' } };
  if (error.code === 'ended') return { ...state, phase: { kind: 'ended' } };
  if (error.fatal) return { ...state, phase: { kind: 'refused', message: error.message } };
  const failed = error.inReplyTo;
  return {
    ...state,
    refusal: error,
    chat: state.chat.map((entry) =>
      entry.id === failed && entry.delivery === 'pending'
        ? { ...entry, delivery: 'failed' }
        : entry,
    ),
    runs: state.runs.filter(({ run }) => run.id !== failed || run.state.state === 'finished'),
  };
}

/** The connection is lost; everything stays on the page meanwhile. */
export function afterLoss(state: RoomState): RoomState {
  const wasIn = state.phase.kind === 'in' || state.phase.kind === 'reconnecting';
  return wasIn ? { ...state, phase: { kind: 'reconnecting' } } : state;
}

/** A message of our own, shown before the server has stored it. */
export function withPendingChat(
  state: RoomState,
  id: string,
  text: string,
  now: number,
): RoomState {
  if (state.you === null) return state;
  const atMs = now - (state.beganAt ?? now);
  const entry: ChatEntry = { id, text, atMs, participantId: state.you, delivery: 'pending' };
  return { ...state, chat: [...state.chat.filter((other) => other.id !== id), entry] };
}

/** A run of our own, shown before the server has heard of it. */
export function withRequestedRun(
  state: RoomState,
  id: RunId,
  language: string,
  now: number,
): RoomState {
  if (state.you === null) return state;
  const startedAtMs = now - (state.beganAt ?? now);
  const run: Run = {
    id,
    participantId: state.you,
    language,
    startedAtMs,
    state: { state: 'queued', place: 0 },
  };
  return { ...state, runs: withRun(state.runs, run) };
}

function isUnstored(entry: ChatEntry): boolean {
  return entry.delivery !== 'stored';
}

/** Stored messages first, in the server's order; then those on their way. */
function withStored(chat: ChatEntry[], message: ChatMessage): ChatEntry[] {
  const others = chat.filter((entry) => entry.id !== message.id);
  const firstUnstored = others.findIndex(isUnstored);
  const at = firstUnstored < 0 ? others.length : firstUnstored;
  return others.toSpliced(at, 0, { ...message, delivery: 'stored' });
}

function withRun(runs: RunWithOutput[], run: Run): RunWithOutput[] {
  if (!runs.some((known) => known.run.id === run.id)) return [...runs, { run, output: [] }];
  return runs.map((known) => (known.run.id === run.id ? { ...known, run } : known));
}

function withOutput(runs: RunWithOutput[], id: RunId, chunk: OutputChunk): RunWithOutput[] {
  return runs.map((known) =>
    known.run.id === id ? { ...known, output: joined(known.output, chunk) } : known,
  );
}

/** Neighbouring pieces of one stream become one, so that a chatty program stays cheap to draw. */
function joined(output: OutputChunk[], chunk: OutputChunk): OutputChunk[] {
  const last = output.at(-1);
  if (last?.stream !== chunk.stream) return [...output, chunk];
  return output.with(-1, { stream: chunk.stream, text: last.text + chunk.text });
}
