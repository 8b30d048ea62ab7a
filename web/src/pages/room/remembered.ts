import type { DeviceChoices } from '../../media/LocalMedia';
import type { InterviewId } from '../../protocol/InterviewId';

/** That this tab has been in the room, and how: a reload comes straight back. */
export interface Remembered {
  consent: boolean;
  choices: DeviceChoices;
}

const key = (interview: InterviewId) => `porthole-room-${interview}`;

export function recall(interview: InterviewId): Remembered | null {
  const text = sessionStorage.getItem(key(interview));
  return text === null ? null : (JSON.parse(text) as Remembered);
}

export function remember(interview: InterviewId, remembered: Remembered): void {
  sessionStorage.setItem(key(interview), JSON.stringify(remembered));
}

export function forget(interview: InterviewId): void {
  sessionStorage.removeItem(key(interview));
}
