/**
 * The one clock of a replay: video, code, chat and runs all show its moment. Pure: the time of day
 * comes in as an argument (milliseconds, monotonic, e.g. `performance.now()`).
 */

/** The speeds on offer; 1 is as it happened. */
export const SPEEDS: readonly number[] = [0.5, 1, 1.5, 2, 4, 8, 16];

export interface ReplayClock {
  readonly durationMs: number;
  readonly speed: number;
  readonly playing: boolean;
  /** Media is not there yet: the clock stands although it is meant to play. */
  readonly held: boolean;
  /** The moment shown at `anchoredAt`. */
  readonly anchorMs: number;
  readonly anchoredAt: number;
}

export function startClock(durationMs: number, now: number): ReplayClock {
  return { durationMs, speed: 1, playing: false, held: false, anchorMs: 0, anchoredAt: now };
}

/** The moment of the interview to show, never beyond its end. */
export function momentOf(clock: ReplayClock, now: number): number {
  const passed = clock.playing && !clock.held ? (now - clock.anchoredAt) * clock.speed : 0;
  return Math.min(clock.durationMs, clock.anchorMs + Math.max(0, passed));
}

export function isAtEnd(clock: ReplayClock, now: number): boolean {
  return momentOf(clock, now) >= clock.durationMs;
}

/** Playing from the very end starts over, as every player does. */
export function play(clock: ReplayClock, now: number): ReplayClock {
  const anchorMs = isAtEnd(clock, now) ? 0 : momentOf(clock, now);
  return { ...clock, playing: true, anchorMs, anchoredAt: now };
}

export function pause(clock: ReplayClock, now: number): ReplayClock {
  return { ...anchored(clock, now), playing: false, held: false };
}

export function seek(clock: ReplayClock, toMs: number, now: number): ReplayClock {
  const anchorMs = Math.min(clock.durationMs, Math.max(0, toMs));
  return { ...clock, anchorMs, anchoredAt: now };
}

export function setSpeed(clock: ReplayClock, speed: number, now: number): ReplayClock {
  return { ...anchored(clock, now), speed };
}

/** Holds the clock while media loads, and lets it go on from the same moment. */
export function hold(clock: ReplayClock, held: boolean, now: number): ReplayClock {
  return clock.held === held ? clock : { ...anchored(clock, now), held };
}

function anchored(clock: ReplayClock, now: number): ReplayClock {
  return { ...clock, anchorMs: momentOf(clock, now), anchoredAt: now };
}
