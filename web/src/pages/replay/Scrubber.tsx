import { Slider, Tooltip } from '@mantine/core';
import { formatClock } from '../../format/time';
import type { Participant } from '../../protocol/Participant';
import type { Marker } from '../../replay/story';
import { markerText } from './format';
import { messages } from './messages';
import classes from './Scrubber.module.css';
import type { ReplayControls } from './useReplayClock';

interface Props {
  replay: ReplayControls;
  markers: readonly Marker[];
  /** Typing over time, equal parts, each from 0 to 1. */
  activity: readonly number[];
  participants: readonly Participant[];
}

/** Where in the interview we are, what happened when, and how busy the keyboard was. */
export function Scrubber({ replay, markers, activity, participants }: Props) {
  const { durationMs } = replay.clock;
  return (
    <div className={classes.scrubber}>
      <div className={classes.activity} aria-hidden>
        {activity.map((share, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts never move
          <span key={index} style={{ height: `${Math.round(share * 100)}%` }} />
        ))}
      </div>
      <Slider
        aria-label={messages.position}
        thumbLabel={messages.position}
        min={0}
        max={Math.max(1, durationMs)}
        step={100}
        size={4}
        thumbSize={14}
        value={replay.moment}
        onChange={replay.seek}
        label={formatClock}
        aria-valuetext={formatClock(replay.moment)}
      />
      <div className={classes.markers}>
        {markers.map((marker) => {
          const text = markerText(marker, participants);
          return (
            <Tooltip key={`${marker.kind}${marker.atMs}${marker.participantId}`} label={text}>
              <button
                type="button"
                className={classes.marker}
                data-kind={marker.kind}
                style={{ left: `${(marker.atMs / Math.max(1, durationMs)) * 100}%` }}
                aria-label={messages.jump(text, formatClock(marker.atMs))}
                onClick={() => replay.seek(marker.atMs)}
              />
            </Tooltip>
          );
        })}
      </div>
    </div>
  );
}
