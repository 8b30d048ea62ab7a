import { describe, expect, it } from 'vitest';
import type { RunState } from '../protocol/RunState';
import { describeRun, formatBytes, formatWallTime } from './run';
import { formatClock, formatLength, formatMoment, fromLocalInput, toLocalInput } from './time';

describe('moments', () => {
  const now = new Date(2026, 10, 23, 23, 50).getTime();

  it.each([
    [new Date(2026, 10, 23, 9, 5), 'Today, 09:05'],
    [new Date(2026, 10, 24, 0, 10), 'Tomorrow, 00:10'],
    [new Date(2026, 10, 22, 12, 0), 'Yesterday, 12:00'],
    [new Date(2026, 11, 3, 14, 30), '3 Dec 2026, 14:30'],
  ])('%s is "%s"', (at, text) => {
    expect(formatMoment(at.getTime(), now)).toBe(text);
  });

  it('come back from an input as they went in, to the minute', () => {
    const at = new Date(2026, 2, 29, 14, 30).getTime();
    expect(fromLocalInput(toLocalInput(at))).toBe(at);
  });

  it('are none for an empty or unfinished input', () => {
    expect(fromLocalInput('')).toBeNull();
    expect(fromLocalInput('2026-13')).toBeNull();
  });
});

describe('lengths', () => {
  it.each([
    [-5, '0 s'],
    [48_200, '48 s'],
    [59_600, '1 min'],
    [37 * 60_000, '37 min'],
    [59 * 60_000 + 45_000, '1 h 00 min'],
    [65 * 60_000, '1 h 05 min'],
  ])('%d ms is "%s"', (ms, text) => {
    expect(formatLength(ms)).toBe(text);
  });

  it.each([
    [0, '00:00'],
    [425_999, '07:05'],
    [4_025_000, '1:07:05'],
  ])('%d ms on the clock is %s', (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });
});

describe('runs', () => {
  const finished = (outcome: Extract<RunState, { state: 'finished' }>['outcome']): RunState => ({
    state: 'finished',
    outcome,
    wallMs: 1,
    peakMemory: null,
    truncated: false,
  });

  it('succeed with exit code 0 only', () => {
    // Numbers as they really come in JSON, whatever the generated type says.
    const exited = (code: number) =>
      describeRun(finished({ kind: 'exited', code } as unknown as { kind: 'exited'; code: never }));
    expect(exited(0)).toEqual({ text: 'Succeeded', tone: 'good' });
    expect(exited(3)).toEqual({ text: 'Exit code 3', tone: 'bad' });
  });

  it('tell the limit they hit', () => {
    expect(describeRun(finished({ kind: 'timedOut', limitMs: 10_000 })).text).toBe(
      'Stopped after 10 s',
    );
    expect(describeRun(finished({ kind: 'outOfMemory', limit: 256 * 1024 * 1024 })).text).toBe(
      'Out of memory (256 MiB)',
    );
  });

  it('show time and memory in readable units', () => {
    expect(formatWallTime(421)).toBe('0.42 s');
    expect(formatWallTime(12_340)).toBe('12.3 s');
    expect(formatBytes(999)).toBe('999 B');
    expect(formatBytes(24_536_678)).toBe('23.4 MiB');
  });
});
