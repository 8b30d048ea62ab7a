import { useEffect, useState } from 'react';
import { RoomConnection } from '../../connection/RoomConnection';
import { keepUnsaved } from '../../connection/unsaved';
import { Call } from '../../media/Call';
import type { LocalMedia } from '../../media/LocalMedia';
import type { Interview } from '../../protocol/Interview';
import { entryObstacle, roomAddress } from './entry';
import type { Room } from './RoomContext';

/** Enters the room, and leaves it with the component. */
export function useEnteredRoom(
  interview: Interview,
  consent: boolean,
  local: LocalMedia,
): Room | null {
  const [parts, setParts] = useState<Pick<Room, 'connection' | 'call'> | null>(null);
  const { id } = interview;

  useEffect(() => {
    const connection = new RoomConnection({
      url: roomAddress(id),
      consent,
      prepare: () => entryObstacle(id),
    });
    const call = new Call(connection, local);
    const release = keepUnsaved(id, connection);
    connection.start();
    call.start();
    setParts({ connection, call });
    return () => {
      setParts(null);
      call.stop();
      release();
      connection.destroy();
    };
  }, [id, consent, local]);

  return parts && { ...parts, local, interview };
}
