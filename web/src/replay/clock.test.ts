import { describe, expect, it } from 'vitest';
import { hold, isAtEnd, momentOf, pause, play, seek, setSpeed, startClock } from './clock';

describe('the replay clock', () => {
  it('stands until it is played, and then runs with the time of day', () => {
    const clock = startClock(60_000, 1_000);
    expect(momentOf(clock, 9_000)).toBe(0);
    expect(momentOf(play(clock, 2_000), 5_000)).toBe(3_000);
  });

  it('keeps its moment when the speed changes', () => {
    const faster = setSpeed(play(startClock(60_000, 0), 0), 4, 10_000);
    expect(momentOf(faster, 10_000)).toBe(10_000);
    expect(momentOf(faster, 11_000)).toBe(14_000);
  });

  it('stands while media loads and goes on from there', () => {
    const held = hold(play(startClock(60_000, 0), 0), true, 5_000);
    expect(momentOf(held, 8_000)).toBe(5_000);
    expect(momentOf(hold(held, false, 8_000), 9_000)).toBe(6_000);
  });

  it('goes nowhere outside the interview', () => {
    const clock = startClock(60_000, 0);
    expect(momentOf(seek(clock, -5, 0), 0)).toBe(0);
    expect(momentOf(seek(clock, 70_000, 0), 0)).toBe(60_000);
    expect(isAtEnd(play(clock, 0), 60_001)).toBe(true);
  });

  it('starts over when it is played at the end', () => {
    const ended = pause(play(startClock(60_000, 0), 0), 99_000);
    expect(momentOf(play(ended, 100_000), 101_000)).toBe(1_000);
  });
});
