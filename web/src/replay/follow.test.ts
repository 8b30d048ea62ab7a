import { describe, expect, it } from 'vitest';
import { follow } from './follow';

const TRACK = { startMs: 2_000, durationMs: 10_000 };
const RUNNING = { running: true, speed: 1 };

describe('a media element that follows the replay', () => {
  it('shows nothing before its track starts and after it ends', () => {
    expect(follow(TRACK, 1_999, 0, RUNNING).outside).toBe(true);
    expect(follow(TRACK, 12_000, 10, RUNNING).outside).toBe(true);
    expect(follow(TRACK, 2_000, 0, RUNNING).outside).toBe(false);
  });

  it('jumps when it is far off', () => {
    expect(follow(TRACK, 7_000, 0, RUNNING).jumpTo).toBe(5);
  });

  it('is bent towards the moment when it is a little off', () => {
    const late = follow(TRACK, 7_000, 4.9, RUNNING);
    expect(late.jumpTo).toBeNull();
    expect(late.playbackRate).toBeGreaterThan(1);
    expect(follow(TRACK, 7_000, 5.1, RUNNING).playbackRate).toBeLessThan(1);
  });

  it("runs at the replay's speed when it is in step", () => {
    expect(follow(TRACK, 7_000, 5.01, { running: true, speed: 2 }).playbackRate).toBe(2);
  });

  it('shows the exact moment while the replay stands', () => {
    expect(follow(TRACK, 7_000, 4.9, { running: false, speed: 1 }).jumpTo).toBe(5);
  });
});
