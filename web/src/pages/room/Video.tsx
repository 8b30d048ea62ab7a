import { useEffect, useRef } from 'react';
import classes from './VideoTile.module.css';

interface Props {
  track: MediaStreamTrack;
  label: string;
  /** One's own picture, as in a mirror. */
  mirrored?: boolean;
}

/** A moving picture without its sound. */
export function Video({ track, label, mirrored = false }: Props) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.srcObject = new MediaStream([track]);
    return () => {
      video.srcObject = null;
    };
  }, [track]);
  return (
    <video
      ref={element}
      className={classes.video}
      data-mirrored={mirrored}
      aria-label={label}
      autoPlay
      playsInline
      muted
    />
  );
}
