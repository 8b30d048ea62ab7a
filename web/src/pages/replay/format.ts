import type { Participant } from "../../protocol/Participant";
import type { RunState } from "../../protocol/RunState";
import type { Marker } from "../../replay/story";
import { messages } from "./messages";

/** `1:02:03`, or `2:03` below an hour. */
export function clockTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function nameOf(participants: readonly Participant[], id: string): string {
  return participants.find((one) => one.id === id)?.name ?? "";
}

export function markerText(marker: Marker, participants: readonly Participant[]): string {
  return messages.marker[marker.kind](nameOf(participants, marker.participantId), marker.text);
}

/** What became of a run, in a word or two. */
export function stateText(state: RunState): string {
  switch (state.state) {
    case "queued":
      return messages.queued;
    case "running":
      return messages.running;
    case "finished":
      return state.outcome.kind === "exited"
        ? messages.outcome.exited(state.outcome.code)
        : messages.outcome[state.outcome.kind]();
  }
}
