import { useDocumentTitle, useDocumentVisibility } from '@mantine/hooks';
import { messages } from '../../messages/en';
import { useRoom } from './RoomContext';
import { useUnread } from './useUnread';

/** Names the window after the interview, and counts in it what came while it was out of sight. */
export function useRoomTitle(): void {
  const { title } = useRoom().interview;
  const unread = useUnread(useDocumentVisibility() !== 'hidden');
  const name = `${title} · ${messages.productName}`;
  useDocumentTitle(unread > 0 ? `(${unread}) ${name}` : name);
}
