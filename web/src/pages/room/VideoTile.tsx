import { IconMicrophoneOff } from '@tabler/icons-react';
import { Initials } from '../../components/Initials';
import { useSpeaking } from '../../media/useLoudness';
import type { Participant } from '../../protocol/Participant';
import { roomMessages } from './messages';
import { Video } from './Video';
import classes from './VideoTile.module.css';

const text = roomMessages.call;

interface Props {
  participant: Participant;
  track: MediaStreamTrack | null;
  you?: boolean;
  /** A function with a stable identity; absent where nothing can be heard. */
  loudness: (() => number) | null;
  small?: boolean;
}

/** One person of the call. */
export function VideoTile({ participant, track, you = false, loudness, small = false }: Props) {
  const { name, cameraMuted, microphoneMuted } = participant;
  const speaking = useSpeaking(microphoneMuted ? null : loudness);
  const label = you ? text.you : name;
  return (
    <figure className={classes.tile} data-speaking={speaking} data-small={small}>
      {track && !cameraMuted ? (
        <Video track={track} label={text.videoOf(label)} mirrored={you} />
      ) : (
        <div className={classes.blank}>
          <Initials name={name} size={small ? 36 : 64} />
        </div>
      )}
      <figcaption className={classes.caption}>
        {microphoneMuted ? (
          <IconMicrophoneOff size={13} role="img" aria-label={text.muted(label)} />
        ) : null}
        <span>{label}</span>
      </figcaption>
    </figure>
  );
}
