import type { Track } from '../protocol/Track';
import type { TrackId } from '../protocol/TrackId';

export type MediaKind = 'audio' | 'video';

/** A section of the session that receives, and the track it is for; `null` when it is free. */
export interface ReceivingSection {
  kind: MediaKind;
  trackId: TrackId | null;
}

/** How the receiving sections must change to hold the wanted tracks. */
export interface SectionPlan<Section> {
  release: Section[];
  /** Free sections, also those that become free now, take new tracks before sections are added. */
  assign: { section: Section; track: Track }[];
  add: Track[];
}

export function kindOf(track: Pick<Track, 'source'>): MediaKind {
  return track.source === 'microphone' ? 'audio' : 'video';
}

export function planSections<Section extends ReceivingSection>(
  sections: readonly Section[],
  wanted: readonly Track[],
): SectionPlan<Section> {
  const isWanted = (id: TrackId | null) => wanted.some((track) => track.id === id);
  const plan: SectionPlan<Section> = { release: [], assign: [], add: [] };
  const free = sections.filter((section) => !isWanted(section.trackId));
  for (const track of wanted) {
    if (sections.some((section) => section.trackId === track.id)) continue;
    const at = free.findIndex((section) => section.kind === kindOf(track));
    const [section] = at < 0 ? [] : free.splice(at, 1);
    if (section) plan.assign.push({ section, track });
    else plan.add.push(track);
  }
  plan.release = free.filter((section) => section.trackId !== null);
  return plan;
}
