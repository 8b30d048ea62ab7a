import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import * as Clock from '../../replay/clock';

/** How often the page shows a new moment while playing; media elements run on by themselves. */
const FRAME_MS = 50;

export interface ReplayControls {
  clock: Clock.ReplayClock;
  /** The moment shown, in milliseconds of the interview's clock. */
  moment: number;
  toggle(): void;
  pause(): void;
  seek(toMs: number): void;
  skip(byMs: number): void;
  setSpeed(speed: number): void;
  hold(held: boolean): void;
}

/** Runs the replay's clock against the time of day. */
export function useReplayClock(durationMs: number): ReplayControls {
  const [clock, setClock] = useState(() => Clock.startClock(durationMs, performance.now()));
  const [moment, setMoment] = useState(0);
  const latest = useRef(clock);
  latest.current = clock;

  const change = useCallback(
    (step: (clock: Clock.ReplayClock, now: number) => Clock.ReplayClock) => {
      const now = performance.now();
      const next = step(latest.current, now);
      latest.current = next;
      setClock(next);
      setMoment(Clock.momentOf(next, now));
    },
    [],
  );

  useEffect(() => {
    if (!clock.playing) return;
    let frame = 0;
    let shownAt = Number.NEGATIVE_INFINITY;
    const tick = () => {
      const now = performance.now();
      if (Clock.isAtEnd(latest.current, now)) {
        change(Clock.pause);
        return;
      }
      if (now - shownAt >= FRAME_MS) {
        shownAt = now;
        setMoment(Clock.momentOf(latest.current, now));
      }
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [clock.playing, change]);

  return useMemo(
    () => ({
      clock,
      moment,
      toggle: () => change((was, now) => (was.playing ? Clock.pause : Clock.play)(was, now)),
      pause: () => change(Clock.pause),
      seek: (toMs) => change((was, now) => Clock.seek(was, toMs, now)),
      skip: (byMs) => change((was, now) => Clock.seek(was, Clock.momentOf(was, now) + byMs, now)),
      setSpeed: (speed) => change((was, now) => Clock.setSpeed(was, speed, now)),
      hold: (held) => change((was, now) => Clock.hold(was, held, now)),
    }),
    [clock, moment, change],
  );
}
