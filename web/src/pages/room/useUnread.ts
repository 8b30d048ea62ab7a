import { useEffect, useState } from 'react';
import { useRoomState } from './RoomContext';

/** How many messages of others came while the chat was out of sight. */
export function useUnread(visible: boolean): number {
  const heard = useRoomState(
    ({ chat, you }) => chat.filter((entry) => entry.participantId !== you).length,
  );
  const [read, setRead] = useState(heard);
  useEffect(() => {
    if (visible) setRead(heard);
  }, [visible, heard]);
  return visible ? 0 : Math.max(0, heard - read);
}
