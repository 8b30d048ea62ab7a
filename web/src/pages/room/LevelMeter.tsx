import { Progress } from '@mantine/core';
import { useMicrophoneLevel } from '../../media/useLoudness';
import { roomMessages } from './messages';

/** Shows that the microphone hears something. */
export function LevelMeter({ track }: { track: MediaStreamTrack | null }) {
  const level = useMicrophoneLevel(track);
  return (
    <Progress
      size={4}
      value={level * 100}
      color="var(--ph-good)"
      transitionDuration={100}
      aria-label={roomMessages.devices.level}
    />
  );
}
