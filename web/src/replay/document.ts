/**
 * The shared document at any moment of the interview, rebuilt from the journal's Yjs updates. Going
 * forward applies what is missing; going back starts from the nearest checkpoint, so that a long
 * interview is as quick to move in as a short one.
 */
import { Awareness, applyAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { TimelineEvent } from '../protocol/TimelineEvent';
import { bytesFromBase64 } from './base64';

/** Updates between two checkpoints: what a step back replays at the most. */
const CHECKPOINT_EVERY = 500;

type Change = { atMs: number; update: string };

interface Checkpoint {
  /** So many updates are in it. */
  count: number;
  state: Uint8Array;
}

export class ReplayDocument {
  /** The document as it was; replaced as a whole when time goes back. */
  doc = new Y.Doc();
  /** Cursors and selections as they were. */
  awareness = new Awareness(this.doc);

  private readonly updates: Change[];
  private readonly cursors: Change[];
  private readonly checkpoints: Checkpoint[] = [];
  private updatesApplied = 0;
  private cursorsApplied = 0;

  constructor(events: readonly TimelineEvent[]) {
    this.updates = events.flatMap((event) =>
      event.kind === 'document' ? [{ atMs: event.atMs, update: event.update }] : [],
    );
    this.cursors = events.flatMap((event) =>
      event.kind === 'awareness' ? [{ atMs: event.atMs, update: event.update }] : [],
    );
    this.settleAwareness();
  }

  /** The id of the language shown at the moment. */
  get language(): string | undefined {
    const language = this.doc.getMap('meta').get('language');
    return typeof language === 'string' ? language : undefined;
  }

  /** Shows the moment; answers whether `doc` and `awareness` were replaced. */
  seek(ms: number): boolean {
    const updates = countUntil(this.updates, ms);
    const cursors = countUntil(this.cursors, ms);
    const back = updates < this.updatesApplied || cursors < this.cursorsApplied;
    if (back) this.rebuild(updates);
    this.applyUpdates(updates);
    this.applyCursors(cursors);
    return back;
  }

  destroy(): void {
    this.awareness.destroy();
    this.doc.destroy();
  }

  private rebuild(updates: number): void {
    this.destroy();
    this.doc = new Y.Doc();
    this.awareness = new Awareness(this.doc);
    this.settleAwareness();
    const checkpoint = this.checkpoints.findLast(({ count }) => count <= updates);
    if (checkpoint !== undefined) Y.applyUpdate(this.doc, checkpoint.state);
    this.updatesApplied = checkpoint?.count ?? 0;
    this.cursorsApplied = 0;
  }

  private applyUpdates(until: number): void {
    while (this.updatesApplied < until) {
      const next = Math.min(until, this.updatesApplied + CHECKPOINT_EVERY);
      const batch = this.updates.slice(this.updatesApplied, next);
      Y.transact(this.doc, () => {
        for (const { update } of batch) Y.applyUpdate(this.doc, bytesFromBase64(update));
      });
      this.updatesApplied = next;
      const newest = this.checkpoints.at(-1)?.count ?? 0;
      if (next >= newest + CHECKPOINT_EVERY) {
        this.checkpoints.push({ count: next, state: Y.encodeStateAsUpdate(this.doc) });
      }
    }
  }

  private applyCursors(until: number): void {
    for (const { update } of this.cursors.slice(this.cursorsApplied, until)) {
      applyAwarenessUpdate(this.awareness, bytesFromBase64(update), 'replay');
    }
    this.cursorsApplied = until;
  }

  /**
   * The one who replays has no cursor in the interview. And nobody's cursor grows old: the time of
   * a replay is not the time of day by which awareness forgets those who went silent.
   */
  private settleAwareness(): void {
    this.awareness.setLocalState(null);
    clearInterval(this.awareness._checkInterval);
  }
}

/** How many of the changes, which are in order, happened until the moment. */
function countUntil(changes: readonly Change[], ms: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.atMs ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
