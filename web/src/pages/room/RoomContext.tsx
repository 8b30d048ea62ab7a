import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { RoomConnection } from '../../connection/RoomConnection';
import type { RoomState } from '../../connection/roomState';
import type { Call, CallState } from '../../media/Call';
import type { LocalMedia, LocalMediaState } from '../../media/LocalMedia';
import type { Interview } from '../../protocol/Interview';
import type { Participant } from '../../protocol/Participant';

/** What the parts of the room share. */
export interface Room {
  connection: RoomConnection;
  call: Call;
  local: LocalMedia;
  interview: Interview;
}

const RoomContext = createContext<Room | null>(null);

export const RoomProvider = RoomContext.Provider;

export function useRoom(): Room {
  const room = useContext(RoomContext);
  if (!room) throw new Error('outside of a room');
  return room;
}

export function useRoomState<T>(select: (state: RoomState) => T): T {
  return useStore(useRoom().connection.store, select);
}

export function useCallState<T>(select: (state: CallState) => T): T {
  return useStore(useRoom().call.store, select);
}

export function useLocalMedia<T>(select: (state: LocalMediaState) => T): T {
  return useStore(useRoom().local.store, select);
}

export function useYou(): Participant | undefined {
  return useRoomState(({ participants, you }) => participants.find(({ id }) => id === you));
}
