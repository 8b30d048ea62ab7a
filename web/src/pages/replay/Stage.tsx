import { Text } from '@mantine/core';
import { useCallback, useEffect, useRef } from 'react';
import type { Participant } from '../../protocol/Participant';
import type { Timeline } from '../../protocol/Timeline';
import { cameraMutedAt, presentAt, type Story } from '../../replay/story';
import { messages } from './messages';
import classes from './Stage.module.css';
import { TrackPlayer } from './TrackPlayer';
import type { ReplayControls } from './useReplayClock';

interface Props {
  timeline: Timeline;
  story: Story;
  replay: ReplayControls;
}

/** The people of the call at the moment shown. */
export function Stage({ timeline, story, replay }: Props) {
  const present = presentAt(story, replay.moment);
  const cameraOff = cameraMutedAt(story, replay.moment);
  const onWaiting = useHoldWhileWaiting(replay);
  if (timeline.tracks.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="md">
        {messages.noRecording}
      </Text>
    );
  }
  return (
    <div className={classes.stage}>
      {timeline.participants.map((participant) => (
        <figure key={participant.id} className={classes.person}>
          <Placeholder participant={participant} present={present.has(participant.id)} />
          {timeline.tracks
            .filter((track) => track.participantId === participant.id)
            .map((track) => (
              <TrackPlayer
                key={track.id}
                track={track}
                url={`/api/interviews/${timeline.interview.id}/tracks/${track.id}/media`}
                replay={replay}
                label={participant.name}
                className={classes.picture}
                onWaiting={onWaiting}
              />
            ))}
          <figcaption className={classes.name}>
            <span className={classes.dot} style={{ background: participant.color }} />
            {participant.name}
            {cameraOff.has(participant.id) && ` · ${messages.cameraOff}`}
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

function Placeholder({ participant, present }: { participant: Participant; present: boolean }) {
  return (
    <div className={classes.placeholder}>
      <span className={classes.initial}>{participant.name.slice(0, 1).toUpperCase()}</span>
      {!present && <span>{messages.notThere}</span>}
    </div>
  );
}

/** Holds the clock as long as any of the media elements has nothing to show. */
function useHoldWhileWaiting(replay: ReplayControls) {
  const waiting = useRef(new Set<string>());
  const hold = useRef(replay.hold);
  useEffect(() => {
    hold.current = replay.hold;
  });
  return useCallback((trackId: string, waits: boolean) => {
    if (waits) waiting.current.add(trackId);
    else waiting.current.delete(trackId);
    hold.current(waiting.current.size > 0);
  }, []);
}
