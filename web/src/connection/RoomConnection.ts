import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ClientMessage } from '../protocol/ClientMessage';
import type { PublishedSection } from '../protocol/PublishedSection';
import type { RunId } from '../protocol/RunId';
import type { ServerMessage } from '../protocol/ServerMessage';
import type { Source } from '../protocol/Source';
import type { SubscribedSection } from '../protocol/SubscribedSection';
import { OfferExchange } from './OfferExchange';
import { RoomSocket, type RoomSocketOptions } from './RoomSocket';
import {
  afterLoss,
  afterMessage,
  initialRoomState,
  type Phase,
  type RoomState,
  withPendingChat,
  withRequestedRun,
} from './roomState';
import { uuidv7 } from './uuidv7';
import { YjsProvider } from './YjsProvider';

/** Output comes in many small pieces; drawing each would keep the page busy. */
const OUTPUT_MS = 40;

export interface RoomConnectionOptions {
  url: string;
  /** The person agreed to being recorded. */
  consent: boolean;
  /** Runs before each attempt: renews the session, and tells why entering makes no sense. */
  prepare: () => Promise<Phase | null>;
  createSocket?: RoomSocketOptions['createSocket'];
}

/** What the page says to the room and hears from it. */
export class RoomConnection {
  readonly store: StoreApi<RoomState> = createStore(() => initialRoomState);
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  private readonly provider = new YjsProvider(this.doc, this.awareness, (saved) =>
    this.store.setState({ saved }),
  );
  private readonly offers = new OfferExchange((message) => this.socket.send(message));
  private readonly socket: RoomSocket;
  private output: ServerMessage[] = [];
  private outputTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: RoomConnectionOptions) {
    this.socket = new RoomSocket({
      url: options.url,
      createSocket: options.createSocket,
      prepare: () => this.prepare(),
      onOpen: () => this.socket.send({ type: 'join', consent: options.consent }),
      onMessage: (message) => this.receive(message),
      onFrame: (frame) => this.provider.receive(frame),
      onLost: () => this.lost(),
    });
  }

  start(): void {
    this.socket.start();
    document.addEventListener('visibilitychange', this.tellFocus);
  }

  /** Goes away without a word; the server keeps the place for a while. */
  stop(): void {
    document.removeEventListener('visibilitychange', this.tellFocus);
    this.flushOutput();
    this.socket.stop();
    this.offers.fail();
    this.provider.disconnect();
  }

  /** Whether something was typed here that the server has not stored yet. */
  hasUnsaved(): boolean {
    return this.provider.hasUnsaved();
  }

  destroy(): void {
    this.stop();
    this.provider.destroy();
    this.awareness.destroy();
    this.doc.destroy();
  }

  /** Leaves for good. */
  leave(): void {
    this.socket.send({ type: 'leave' });
    this.stop();
  }

  sendChat(text: string): void {
    this.postChat(uuidv7(), text);
  }

  /** Once more, under the same id: the server stores it once at most. */
  resendChat(id: string): void {
    const entry = this.store.getState().chat.find((candidate) => candidate.id === id);
    if (entry) this.postChat(id, entry.text);
  }

  /** Runs the document's file of this language as it is now. `null` without a connection. */
  run(language: string, stdin: string): RunId | null {
    const id = uuidv7();
    if (!this.isIn() || !this.socket.send({ type: 'run', id, language, stdin })) return null;
    this.store.setState((state) => withRequestedRun(state, id, language, Date.now()));
    return id;
  }

  stopRun(id: RunId): void {
    this.socket.send({ type: 'stopRun', id });
  }

  tellMuted(source: Source, muted: boolean): void {
    if (this.isIn()) this.socket.send({ type: 'mute', source, muted });
  }

  /** Sends an offer; the answer's SDP. Fails when the connection is lost before it comes. */
  offer(sdp: string, publish: PublishedSection[], subscribe: SubscribedSection[]): Promise<string> {
    return this.offers.send(sdp, publish, subscribe);
  }

  dismissRefusal(): void {
    this.store.setState({ refusal: null });
  }

  private isIn(): boolean {
    return this.store.getState().phase.kind === 'in';
  }

  private async prepare(): Promise<boolean> {
    const phase = await this.options.prepare();
    if (phase) this.store.setState({ phase });
    return phase === null;
  }

  private receive(message: ServerMessage) {
    if (message.type === 'runOutput') return this.holdOutput(message);
    this.flushOutput();
    this.store.setState((state) => afterMessage(state, message, Date.now()));
    switch (message.type) {
      case 'welcome':
        return this.entered();
      case 'saved':
        return this.provider.saved(Number(message.updates));
      case 'answer':
        return this.offers.answered(message.id, message.sdp);
      case 'error':
        if (message.inReplyTo) this.offers.refused(message.inReplyTo, message.message);
    }
    const { phase } = this.store.getState();
    if (phase.kind === 'ended' || phase.kind === 'replaced' || phase.kind === 'refused')
      this.stop();
  }

  private entered() {
    this.socket.entered();
    this.provider.connect({
      send: (frame) => this.socket.sendFrame(frame),
      bufferedAmount: () => this.socket.bufferedAmount(),
    });
    for (const entry of this.store.getState().chat) {
      if (entry.delivery === 'pending')
        this.sendNow({ type: 'chat', id: entry.id, text: entry.text });
    }
    this.tellFocus();
  }

  private lost() {
    this.flushOutput();
    this.offers.fail();
    this.provider.disconnect();
    this.store.setState(afterLoss);
  }

  private postChat(id: string, text: string) {
    this.store.setState((state) => withPendingChat(state, id, text, Date.now()));
    // Without a connection it waits for the next one.
    this.sendNow({ type: 'chat', id, text });
  }

  private sendNow(message: ClientMessage) {
    if (this.isIn()) this.socket.send(message);
  }

  private readonly tellFocus = () => {
    this.sendNow({ type: 'focus', focused: document.visibilityState === 'visible' });
  };

  private holdOutput(message: ServerMessage) {
    this.output.push(message);
    this.outputTimer ??= setTimeout(() => this.flushOutput(), OUTPUT_MS);
  }

  private flushOutput() {
    clearTimeout(this.outputTimer);
    this.outputTimer = undefined;
    if (this.output.length === 0) return;
    const output = this.output;
    this.output = [];
    const now = Date.now();
    this.store.setState((state) =>
      output.reduce((after, message) => afterMessage(after, message, now), state),
    );
  }
}
