import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { Phase } from '../../connection/roomState';
import type { LocalMedia } from '../../media/LocalMedia';
import type { Interview } from '../../protocol/Interview';
import { Loading } from '../../shell/Loading';
import { Notice } from '../../shell/Notice';
import { roomMessages } from './messages';
import { type Room, RoomProvider } from './RoomContext';
import { RoomLayout } from './RoomLayout';
import { useEnteredRoom } from './useEnteredRoom';

interface Props {
  interview: Interview;
  consent: boolean;
  local: LocalMedia;
  onOutside: (why: Phase | 'left') => void;
}

/** The room from the moment of entering it. */
export function EnteredRoom({ interview, consent, local, onOutside }: Props) {
  const room = useEnteredRoom(interview, consent, local);
  if (!room) return <Loading height="100dvh" />;
  return <Inside room={room} onOutside={onOutside} />;
}

function Inside({ room, onOutside }: { room: Room; onOutside: Props['onOutside'] }) {
  const phase = useStore(room.connection.store, (state) => state.phase);
  const outside = useRef(onOutside);
  useEffect(() => {
    outside.current = onOutside;
  }, [onOutside]);
  const isOver = phase.kind === 'ended' || phase.kind === 'replaced' || phase.kind === 'refused';
  useEffect(() => {
    if (isOver) outside.current(phase);
  }, [isOver, phase]);

  if (phase.kind === 'connecting') {
    return (
      <Notice
        title={room.interview.title}
        text={roomMessages.states.connecting}
        action={
          <Button variant="default" onClick={() => onOutside('left')}>
            {roomMessages.states.cancel}
          </Button>
        }
      />
    );
  }
  if (isOver) return null;
  const leave = () => {
    room.connection.leave();
    onOutside('left');
  };
  return (
    <RoomProvider value={room}>
      <RoomLayout onLeave={leave} />
    </RoomProvider>
  );
}
