import type { PublishedSection } from '../protocol/PublishedSection';
import type { SubscribedSection } from '../protocol/SubscribedSection';
import type { Track } from '../protocol/Track';
import type { TrackId } from '../protocol/TrackId';
import { type Answerer, answererOf, isStranger } from './answer';
import type { DeviceKind } from './devices';
import { kindOf, type MediaKind, planSections } from './sections';

/** Enough for the picture's size; more would only fill a weak line. */
const CAMERA_BITS_PER_SECOND = 900_000;

export type LocalTracks = Record<DeviceKind, MediaStreamTrack | null>;

type Post = (
  sdp: string,
  publish: PublishedSection[],
  subscribe: SubscribedSection[],
) => Promise<string>;

interface Receiving {
  kind: MediaKind;
  trackId: TrackId | null;
  transceiver: RTCRtpTransceiver;
}

/** One peer connection with the server. */
export class Peer {
  private readonly connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  private readonly sending = new Map<DeviceKind, RTCRtpTransceiver>();
  private readonly receiving: Receiving[] = [];
  private answerer: Answerer | null = null;

  constructor(onState: (state: RTCPeerConnectionState) => void) {
    this.connection.onconnectionstatechange = () => onState(this.connection.connectionState);
  }

  get state(): RTCPeerConnectionState {
    return this.connection.connectionState;
  }

  /** The server has answered at least once: from here on the connection should come up. */
  get isNegotiated(): boolean {
    return this.answerer !== null;
  }

  /** Puts our own tracks into their sections. Tells whether that needs an offer. */
  publish(tracks: LocalTracks): boolean {
    let needsOffer = false;
    for (const kind of ['microphone', 'camera'] as const) {
      const track = tracks[kind];
      const sender = this.sending.get(kind)?.sender;
      if (sender) {
        // Fails only on a closed connection, and then there is nothing to send.
        if (sender.track !== track) void sender.replaceTrack(track).catch(() => undefined);
      } else if (track) {
        this.sending.set(kind, this.add(kind, track));
        needsOffer = true;
      }
    }
    return needsOffer;
  }

  /** Makes room for exactly these tracks of the others. Tells whether that needs an offer. */
  subscribe(wanted: readonly Track[]): boolean {
    const plan = planSections(this.receiving, wanted);
    for (const section of plan.release) {
      section.trackId = null;
      section.transceiver.direction = 'inactive';
    }
    for (const { section, track } of plan.assign) {
      section.trackId = track.id;
      section.transceiver.direction = 'recvonly';
    }
    for (const track of plan.add) {
      const kind = kindOf(track);
      const transceiver = this.connection.addTransceiver(kind, { direction: 'recvonly' });
      this.receiving.push({ kind, trackId: track.id, transceiver });
    }
    return plan.release.length + plan.assign.length + plan.add.length > 0;
  }

  /** What is received now, by track. */
  received(): Record<TrackId, MediaStreamTrack> {
    return Object.fromEntries(
      this.receiving.flatMap(({ trackId, transceiver }) =>
        trackId !== null && transceiver.currentDirection === 'recvonly'
          ? [[trackId, transceiver.receiver.track]]
          : [],
      ),
    );
  }

  /** Loudness of a received track, 0 to 1. */
  loudness(trackId: TrackId): number {
    const section = this.receiving.find((candidate) => candidate.trackId === trackId);
    return section?.transceiver.receiver.getSynchronizationSources()[0]?.audioLevel ?? 0;
  }

  /**
   * One offer and its answer. `false` when the answer shows that the server does not know this
   * connection any more.
   */
  async negotiate(iceRestart: boolean, post: Post): Promise<boolean> {
    if (this.sending.size + this.receiving.length === 0) return true;
    await this.connection.setLocalDescription(await this.connection.createOffer({ iceRestart }));
    const sdp = await post(
      this.connection.localDescription?.sdp ?? '',
      [...this.sending].flatMap(([source, { mid }]) => (mid === null ? [] : [{ mid, source }])),
      this.receiving.flatMap(({ trackId, transceiver: { mid } }) =>
        mid === null || trackId === null ? [] : [{ mid, trackId }],
      ),
    );
    const answerer = answererOf(sdp);
    if (isStranger(this.answerer, answerer, iceRestart)) return false;
    await this.connection.setRemoteDescription({ type: 'answer', sdp });
    this.answerer = answerer;
    return true;
  }

  stats(): Promise<RTCStatsReport> {
    return this.connection.getStats();
  }

  close(): void {
    this.connection.onconnectionstatechange = null;
    this.connection.close();
  }

  private add(kind: DeviceKind, track: MediaStreamTrack): RTCRtpTransceiver {
    return this.connection.addTransceiver(track, {
      direction: 'sendonly',
      sendEncodings: kind === 'camera' ? [{ maxBitrate: CAMERA_BITS_PER_SECOND }] : [{}],
    });
  }
}
