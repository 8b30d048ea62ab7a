import { api } from '../../api/client';
import { ApiFailure } from '../../api/failure';
import type { Phase } from '../../connection/roomState';
import type { Interview } from '../../protocol/Interview';
import type { InterviewId } from '../../protocol/InterviewId';
import { roomMessages } from './messages';

/**
 * Why entering the room makes no sense, or `null` when it does. Renews the session on the way, so
 * that the WebSocket that follows is let in. Throws when the server cannot be asked.
 */
export async function entryObstacle(interview: InterviewId): Promise<Phase | null> {
  try {
    return obstacleIn(await api.get<Interview>(`/api/interviews/${interview}`));
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    if (error.unauthenticated) return refused(roomMessages.states.noEntry);
    if (error.notFound || error.status === 403) return refused(roomMessages.states.notYours);
    if (error.code === 'ended') return { kind: 'ended' };
    throw error;
  }
}

export function obstacleIn(interview: Pick<Interview, 'status' | 'may'>): Phase | null {
  if (interview.status === 'ended') return { kind: 'ended' };
  return interview.may.enter ? null : refused(roomMessages.states.notYours);
}

/** Where the room of an interview listens. */
export function roomAddress(interview: InterviewId): string {
  const address = new URL(`/api/interviews/${interview}/ws`, window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}

function refused(message: string): Phase {
  return { kind: 'refused', message };
}
