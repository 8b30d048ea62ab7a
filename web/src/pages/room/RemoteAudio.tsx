import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { roomMessages } from './messages';
import { useCallState, useLocalMedia, useRoomState } from './RoomContext';

/** The sound of the others, whatever part of the room is on the screen. */
export function RemoteAudio() {
  const tracks = useRoomState((state) => state.tracks);
  const received = useCallState((state) => state.received);
  return tracks.map(({ id, source }) => {
    const track = received[id];
    return source === 'microphone' && track ? <Sound key={id} track={track} /> : null;
  });
}

function Sound({ track }: { track: MediaStreamTrack }) {
  const element = useRef<HTMLAudioElement>(null);
  const speaker = useLocalMedia((state) => state.speakerId);
  const [blocked, setBlocked] = useState(false);

  useEffect(() => {
    const audio = element.current;
    if (!audio) return;
    audio.srcObject = new MediaStream([track]);
    // A page that was reloaded and has no microphone may not make a sound unasked.
    audio.play().catch((error: unknown) => {
      setBlocked(error instanceof DOMException && error.name === 'NotAllowedError');
    });
    return () => {
      audio.srcObject = null;
    };
  }, [track]);

  useEffect(() => {
    // The chosen speaker may be gone; then the usual one plays.
    if (speaker) void element.current?.setSinkId?.(speaker).catch(() => undefined);
  }, [speaker]);

  return (
    <>
      {/* biome-ignore lint/a11y/useMediaCaption: a live call has no captions. */}
      <audio ref={element} autoPlay />
      {blocked ? (
        <Button
          pos="fixed"
          bottom={24}
          left="50%"
          style={{ transform: 'translateX(-50%)', zIndex: 200 }}
          onClick={() => void element.current?.play().then(() => setBlocked(false))}
        >
          {roomMessages.call.sound}
        </Button>
      ) : null}
    </>
  );
}
