import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useRoom, useRoomState } from './RoomContext';

/** What goes on by itself needs no words: a new offer follows, the document synchronises. */
const SILENT = new Set(['offer_failed', 'out_of_sync', 'invalid_cursor']);

/** Shows what the room refused, once. */
export function RefusalNotice() {
  const { connection } = useRoom();
  const refusal = useRoomState((state) => state.refusal);
  useEffect(() => {
    if (!refusal) return;
    if (!SILENT.has(refusal.code)) notifications.show({ message: refusal.message, color: 'red' });
    connection.dismissRefusal();
  }, [connection, refusal]);
  return null;
}
