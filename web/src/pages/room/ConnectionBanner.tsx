import { Loader } from '@mantine/core';
import { roomMessages } from './messages';
import { useRoomState } from './RoomContext';
import classes from './RoomLayout.module.css';

/** Says that the connection is lost, as long as it is. */
export function ConnectionBanner() {
  const reconnecting = useRoomState((state) => state.phase.kind === 'reconnecting');
  return (
    <div role="status">
      {reconnecting ? (
        <div className={classes.banner}>
          <Loader size={14} color="#fff" />
          {roomMessages.states.reconnecting}
        </div>
      ) : null}
    </div>
  );
}
