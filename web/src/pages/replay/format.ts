import type { Participant } from '../../protocol/Participant';
import type { Marker } from '../../replay/story';
import { messages } from './messages';

export function nameOf(participants: readonly Participant[], id: string): string {
  return participants.find((one) => one.id === id)?.name ?? '';
}

export function markerText(marker: Marker, participants: readonly Participant[]): string {
  return messages.marker[marker.kind](nameOf(participants, marker.participantId), marker.text);
}
