import { type RefObject, useEffect, useRef } from 'react';
import type { RecordedTrack } from '../../protocol/RecordedTrack';
import { follow } from '../../replay/follow';
import type { ReplayControls } from './useReplayClock';

interface Props {
  track: RecordedTrack;
  /** Where the media file is served. */
  url: string;
  replay: ReplayControls;
  /** Names the picture for those who cannot see it; sound needs none. */
  label: string;
  className?: string | undefined;
  /** The element has to wait for data, or no longer has to. */
  onWaiting: (trackId: string, waiting: boolean) => void;
}

/** One recorded file, in step with the replay's clock. */
export function TrackPlayer({ track, url, replay, label, className, onWaiting }: Props) {
  const element = useRef<HTMLVideoElement & HTMLAudioElement>(null);
  useFollow(element, track, replay);
  useWaiting(element, track.id, onWaiting);
  const common = { ref: element, src: url, preload: 'auto', 'data-track': track.id } as const;
  return track.source === 'microphone' ? (
    <audio {...common} />
  ) : (
    <video {...common} className={className} aria-label={label} muted playsInline />
  );
}

function useFollow(
  element: RefObject<HTMLMediaElement | null>,
  track: RecordedTrack,
  { clock, moment }: ReplayControls,
) {
  useEffect(() => {
    const media = element.current;
    if (media === null) return;
    const running = clock.playing && !clock.held;
    const step = follow(track, moment, media.currentTime, { running, speed: clock.speed });
    media.hidden = step.outside;
    if (step.outside || !clock.playing) media.pause();
    if (step.jumpTo !== null && !media.seeking) media.currentTime = step.jumpTo;
    if (step.outside) return;
    media.playbackRate = step.playbackRate;
    // A refused start (no user gesture yet) leaves the element standing; the next tick tries again.
    if (running && media.paused) void media.play().catch(() => undefined);
    if (!running && !media.paused) media.pause();
  }, [element, track, clock, moment]);
}

function useWaiting(
  element: RefObject<HTMLMediaElement | null>,
  trackId: string,
  onWaiting: (trackId: string, waiting: boolean) => void,
) {
  useEffect(() => {
    const media = element.current;
    if (media === null) return;
    const waits = () => onWaiting(trackId, true);
    const goesOn = () => onWaiting(trackId, false);
    const events: [string, () => void][] = [
      ['waiting', waits],
      ['seeking', waits],
      ['canplay', goesOn],
      ['playing', goesOn],
      ['seeked', goesOn],
      ['ended', goesOn],
      // A file that cannot be played must not hold up the rest.
      ['error', goesOn],
    ];
    for (const [name, listener] of events) media.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of events) media.removeEventListener(name, listener);
      goesOn();
    };
  }, [element, trackId, onWaiting]);
}
