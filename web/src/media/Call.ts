import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RoomConnection } from '../connection/RoomConnection';
import { retryDelay } from '../connection/retryDelay';
import type { TrackId } from '../protocol/TrackId';
import type { LocalMedia } from './LocalMedia';
import { Negotiation } from './Negotiation';
import { Peer } from './Peer';
import { type Counters, compare, type Quality, readCounters } from './quality';
import { nextRemedy } from './recovery';

const STATS_MS = 2_000;

export interface CallState {
  connection: RTCPeerConnectionState;
  /** What the others send, by track. */
  received: Record<TrackId, MediaStreamTrack>;
  quality: Quality | null;
}

type Room = Pick<RoomConnection, 'store' | 'offer' | 'tellMuted'>;

/**
 * The call of this page: keeps one peer connection with the server in step with our devices and
 * with the tracks of the others, and repairs it when it breaks.
 */
export class Call {
  readonly store: StoreApi<CallState> = createStore(() => ({
    connection: 'new',
    received: {},
    quality: null,
  }));
  private peer: Peer | null = null;
  private readonly negotiation = new Negotiation(
    (iceRestart) => this.negotiate(iceRestart),
    () => this.retryLater(),
  );
  private remedies = 0;
  private failures = 0;
  private remedy: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private statistics: ReturnType<typeof setInterval> | undefined;
  private counters: Counters | null = null;
  private unsubscribe: (() => void)[] = [];

  constructor(
    private readonly room: Room,
    private readonly local: LocalMedia,
  ) {}

  start(): void {
    this.build();
    this.unsubscribe = [
      this.room.store.subscribe((state, before) => {
        if (state.entrances !== before.entrances) this.entered();
        else if (state.tracks !== before.tracks) this.sync();
      }),
      this.local.store.subscribe((state, before) => {
        this.sync();
        if (state.microphone.on !== before.microphone.on) this.tellMuted('microphone');
        if (state.camera.on !== before.camera.on) this.tellMuted('camera');
      }),
    ];
    this.statistics = setInterval(() => void this.measure(), STATS_MS);
    if (this.isIn()) this.entered();
  }

  stop(): void {
    for (const unsubscribe of this.unsubscribe) unsubscribe();
    this.unsubscribe = [];
    clearInterval(this.statistics);
    clearTimeout(this.remedy);
    clearTimeout(this.retry);
    this.peer?.close();
    this.peer = null;
  }

  loudness(trackId: TrackId): number {
    return this.peer?.loudness(trackId) ?? 0;
  }

  private isIn(): boolean {
    return this.room.store.getState().phase.kind === 'in';
  }

  /** A new connection to the room: the server may have forgotten us, and others may have changed. */
  private entered() {
    this.tellMuted('microphone');
    this.tellMuted('camera');
    this.failures = 0;
    const state = this.peer?.state;
    this.sync();
    // Always one offer: its answer shows whether the server still knows this peer connection.
    this.negotiation.request(state === 'disconnected' || state === 'failed');
  }

  private tellMuted(kind: 'microphone' | 'camera') {
    this.room.tellMuted(kind, !this.local.store.getState()[kind].on);
  }

  /** Brings the peer connection in step with our devices and the others' tracks. */
  private sync() {
    if (!this.peer) return;
    const { microphone, camera } = this.local.store.getState();
    const published = this.peer.publish({ microphone: microphone.track, camera: camera.track });
    const subscribed = this.peer.subscribe(this.room.store.getState().tracks);
    if (published || subscribed) this.negotiation.request();
  }

  private async negotiate(iceRestart: boolean) {
    const peer = this.peer;
    // Without a connection to the room the next entrance asks again.
    if (!peer || !this.isIn()) return;
    const known = await peer.negotiate(iceRestart, (sdp, publish, subscribe) =>
      this.room.offer(sdp, publish, subscribe),
    );
    if (peer !== this.peer) return;
    if (!known) return this.rebuild();
    this.failures = 0;
    this.store.setState({ received: peer.received() });
    this.watch();
  }

  private retryLater() {
    clearTimeout(this.retry);
    this.failures += 1;
    // An offer that is refused again and again may be our own fault: begin with a clean one.
    const again = this.failures % 3 === 0 ? () => this.rebuild() : () => this.negotiation.request();
    this.retry = setTimeout(again, retryDelay(this.failures));
  }

  private build() {
    this.counters = null;
    this.store.setState({ connection: 'new', received: {}, quality: null });
    this.peer = new Peer((connection) => {
      this.store.setState({ connection });
      if (connection === 'connected') this.remedies = 0;
      this.watch();
    });
  }

  private rebuild() {
    clearTimeout(this.retry);
    this.peer?.close();
    this.build();
    this.sync();
    this.negotiation.request();
  }

  /** Sets the next remedy up, or takes it back when the connection is well. */
  private watch() {
    clearTimeout(this.remedy);
    if (!this.peer?.isNegotiated) return;
    const plan = nextRemedy(this.peer.state, this.remedies);
    if (!plan) return;
    this.remedy = setTimeout(() => {
      // Offers cannot be sent now; entering the room again looks after the call.
      if (!this.isIn()) return;
      this.remedies += 1;
      if (plan.remedy === 'rebuild') this.rebuild();
      else this.negotiation.request(true);
      this.watch();
    }, plan.afterMs);
  }

  private async measure() {
    const peer = this.peer;
    if (peer?.state !== 'connected') return;
    const report = await peer.stats();
    if (peer !== this.peer) return;
    const now = readCounters(new Map(report), performance.now());
    if (this.counters) this.store.setState({ quality: compare(this.counters, now) });
    this.counters = now;
  }
}
