import { useEffect, useState } from 'react';
import { formatClock } from '../../format/time';
import { roomMessages } from './messages';
import { useRoomState } from './RoomContext';
import classes from './TopBar.module.css';

/** How long the interview has been going on. */
export function ElapsedTime() {
  const beganAt = useRoomState((state) => state.beganAt);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  if (beganAt === null) return null;
  return (
    <span className={classes.time} role="timer" aria-label={roomMessages.bar.elapsed}>
      {formatClock(Math.max(0, now - beganAt))}
    </span>
  );
}
