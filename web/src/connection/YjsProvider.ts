import {
  type Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness';
import * as Y from 'yjs';
import { decodeFrame, encodeFrame, type Frame } from './frames';

/** Where frames go while there is a connection. */
export interface FrameSink {
  send(frame: Uint8Array): void;
  /** Bytes that were sent but have not left yet. */
  bufferedAmount(): number;
}

/** Whether what was typed here is safe on the server. */
export type SavedState = 'saved' | 'saving' | 'offline';

/** With more than this on its way, updates wait here, where they merge into one. */
const FULL_BYTES = 256 * 1024;
const DRAIN_MS = 100;

interface AwarenessChange {
  added: number[];
  updated: number[];
  removed: number[];
}

/**
 * Keeps a document and its awareness in step with the server. The document outlives connections:
 * what is typed without one is sent by the synchronisation at the start of the next.
 */
export class YjsProvider {
  private sink: FrameSink | null = null;
  /** The server has been sent all that it lacked; from here on single updates make sense to it. */
  private caughtUp = false;
  private held: Uint8Array | null = null;
  private awarenessHeld = false;
  private drain: ReturnType<typeof setTimeout> | undefined;
  /** Updates sent on this connection, and how many of them are stored. */
  private sent = 0;
  private stored = 0;
  private typedOffline = false;
  private state: SavedState = 'offline';

  constructor(
    readonly doc: Y.Doc,
    readonly awareness: Awareness,
    private readonly onSavedState: (state: SavedState) => void = () => {},
  ) {
    doc.on('update', this.documentChanged);
    awareness.on('update', this.awarenessChanged);
  }

  /** A connection has entered the room. */
  connect(sink: FrameSink): void {
    this.sink = sink;
    this.caughtUp = false;
    this.sent = 0;
    this.stored = 0;
    this.write({ kind: 'step1', stateVector: Y.encodeStateVector(this.doc) });
    this.writeAwareness();
    this.tellSavedState();
  }

  /** The connection is gone. What others did with it, their cursors, goes too. */
  disconnect(): void {
    this.typedOffline = this.hasUnsaved();
    this.sent = 0;
    this.stored = 0;
    this.sink = null;
    this.caughtUp = false;
    this.held = null;
    this.awarenessHeld = false;
    clearTimeout(this.drain);
    this.drain = undefined;
    const others = [...this.awareness.getStates().keys()].filter((id) => id !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
    this.tellSavedState();
  }

  receive(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    switch (frame?.kind) {
      case 'step1':
        this.catchUp(frame.stateVector);
        break;
      case 'step2':
      case 'update':
        Y.applyUpdate(this.doc, frame.update, this);
        break;
      case 'awareness':
        applyAwarenessUpdate(this.awareness, frame.update, this);
        break;
      case 'queryAwareness':
        this.writeAwareness();
    }
  }

  /** So many of this connection's updates are stored for good. */
  saved(updates: number): void {
    this.stored = Math.max(this.stored, updates);
    this.tellSavedState();
  }

  /** Whether something was typed here that the server has not stored yet. */
  hasUnsaved(): boolean {
    return this.sent > this.stored || this.held !== null || this.typedOffline;
  }

  destroy(): void {
    this.disconnect();
    this.doc.off('update', this.documentChanged);
    this.awareness.off('update', this.awarenessChanged);
  }

  private catchUp(stateVector: Uint8Array) {
    this.held = null;
    this.writeUpdate('step2', Y.encodeStateAsUpdate(this.doc, stateVector));
    this.caughtUp = true;
    this.typedOffline = false;
    this.tellSavedState();
  }

  private readonly documentChanged = (update: Uint8Array, origin: unknown) => {
    if (origin === this) return;
    if (!this.sink || !this.caughtUp) {
      this.typedOffline = true;
    } else if (this.held || this.sink.bufferedAmount() > FULL_BYTES) {
      this.held = this.held ? Y.mergeUpdates([this.held, update]) : update;
      this.drainLater();
    } else {
      this.writeUpdate('update', update);
    }
    this.tellSavedState();
  };

  private readonly awarenessChanged = (
    { added, updated, removed }: AwarenessChange,
    origin: unknown,
  ) => {
    if (origin === this || !this.sink) return;
    if (![...added, ...updated, ...removed].includes(this.doc.clientID)) return;
    if (this.sink.bufferedAmount() > FULL_BYTES) {
      // Only the newest cursor counts; it is sent when there is room.
      this.awarenessHeld = true;
      this.drainLater();
    } else {
      this.writeAwareness();
    }
  };

  private drainLater() {
    this.drain ??= setTimeout(() => {
      this.drain = undefined;
      if (!this.sink) return;
      if (this.sink.bufferedAmount() > FULL_BYTES) return this.drainLater();
      if (this.held) this.writeUpdate('update', this.held);
      this.held = null;
      if (this.awarenessHeld) this.writeAwareness();
      this.awarenessHeld = false;
    }, DRAIN_MS);
  }

  private writeUpdate(kind: 'step2' | 'update', update: Uint8Array) {
    this.sent += 1;
    this.write({ kind, update });
  }

  private writeAwareness() {
    if (this.awareness.getLocalState() === null) return;
    const update = encodeAwarenessUpdate(this.awareness, [this.doc.clientID]);
    this.write({ kind: 'awareness', update });
  }

  private write(frame: Frame) {
    this.sink?.send(encodeFrame(frame));
  }

  private tellSavedState() {
    const state = !this.sink ? 'offline' : this.hasUnsaved() ? 'saving' : 'saved';
    if (state === this.state) return;
    this.state = state;
    this.onSavedState(state);
  }
}
