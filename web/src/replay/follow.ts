/** How a media element keeps in step with the replay clock. */
import type { RecordedTrack } from '../protocol/RecordedTrack';

/** Beyond this the element jumps; below, its speed is bent until it is in step again. */
const JUMP_BEYOND_S = 0.25;
/** Nobody hears or sees this much. */
const IN_STEP_S = 0.02;
/** The share of the distance that is made up per second of playing. */
const CATCH_UP = 0.5;
const MOST_BEND = 0.1;
/** Chromium's limits for `playbackRate`. */
const SLOWEST = 0.0625;
const FASTEST = 16;

export interface Following {
  /** The track has nothing to show at this moment. */
  outside: boolean;
  /** Set `currentTime` to this many seconds. */
  jumpTo: number | null;
  playbackRate: number;
}

/**
 * What to do with an element that shows `elementTime` (seconds) while the replay is at `moment`.
 * A standing replay shows its moment exactly; a running one is bent towards it.
 */
export function follow(
  track: Pick<RecordedTrack, 'startMs' | 'durationMs'>,
  moment: number,
  elementTime: number,
  replay: { running: boolean; speed: number },
): Following {
  const wanted = (moment - track.startMs) / 1000;
  if (wanted < 0 || wanted >= track.durationMs / 1000) {
    return { outside: true, jumpTo: null, playbackRate: replay.speed };
  }
  const behind = wanted - elementTime;
  const tolerance = replay.running ? JUMP_BEYOND_S * Math.max(1, replay.speed) : IN_STEP_S;
  if (Math.abs(behind) > tolerance) {
    return { outside: false, jumpTo: wanted, playbackRate: replay.speed };
  }
  const bend =
    Math.abs(behind) < IN_STEP_S ? 0 : Math.max(-MOST_BEND, Math.min(MOST_BEND, behind * CATCH_UP));
  const playbackRate = Math.min(FASTEST, Math.max(SLOWEST, replay.speed * (1 + bend)));
  return { outside: false, jumpTo: null, playbackRate };
}
