import type { RunOutcome } from '../protocol/RunOutcome';
import type { RunState } from '../protocol/RunState';

export type Tone = 'good' | 'bad' | 'neutral';

export interface OutcomeLabel {
  text: string;
  tone: Tone;
}

/** How a run stands, in a few words. */
export function describeRun(state: RunState): OutcomeLabel {
  switch (state.state) {
    case 'queued':
      return { text: 'Waiting', tone: 'neutral' };
    case 'running':
      return { text: 'Running', tone: 'neutral' };
    case 'finished':
      return describeOutcome(state.outcome);
  }
}

function describeOutcome(outcome: RunOutcome): OutcomeLabel {
  switch (outcome.kind) {
    case 'exited':
      return outcome.code === 0
        ? { text: 'Succeeded', tone: 'good' }
        : { text: `Exit code ${outcome.code}`, tone: 'bad' };
    case 'compileFailed':
      return { text: 'Did not compile', tone: 'bad' };
    case 'timedOut':
      return { text: `Stopped after ${outcome.limitMs / 1000} s`, tone: 'bad' };
    case 'outOfMemory':
      return { text: `Out of memory (${formatBytes(outcome.limit)})`, tone: 'bad' };
    case 'stopped':
      return { text: 'Stopped', tone: 'neutral' };
    case 'unavailable':
      return { text: 'Could not run', tone: 'neutral' };
    case 'interrupted':
      return { text: 'Interrupted', tone: 'neutral' };
  }
}

/** Such as "0.42 s" or "12.3 s". */
export function formatWallTime(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** Such as "512 KiB" or "23.4 MiB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB'] as const;
  let value = bytes;
  let unit: string = 'B';
  for (const next of units) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${unit}`;
}
