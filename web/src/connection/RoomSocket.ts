import type { ClientMessage } from '../protocol/ClientMessage';
import type { ServerMessage } from '../protocol/ServerMessage';
import { retryDelay } from './retryDelay';

/** How often the page asks whether the server is still there. */
export const PING_MS = 3_000;
/** So many questions without any word from the server mean that the connection is dead. */
export const UNANSWERED_PINGS = 3;
/** From the start of an attempt until the room must have let us in. */
const ENTRY_MS = 10_000;

export interface RoomSocketOptions {
  url: string;
  /**
   * Runs before each attempt, to renew the session and to see whether entering makes sense at all.
   * `false` gives up; an error counts as a failed attempt.
   */
  prepare: () => Promise<boolean>;
  /** The connection is open: the moment for the first message. */
  onOpen: () => void;
  onMessage: (message: ServerMessage) => void;
  onFrame: (frame: Uint8Array) => void;
  /** The connection is lost or could not be made; the next attempt is on its way. */
  onLost: () => void;
  createSocket?: (url: string) => WebSocket;
  random?: () => number;
}

/** One WebSocket after the other, until it is stopped. */
export class RoomSocket {
  private socket: WebSocket | null = null;
  private running = false;
  private attempt = 0;
  private failures = 0;
  private unanswered = 0;
  private pings = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private entry: ReturnType<typeof setTimeout> | undefined;
  private heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: RoomSocketOptions) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    window.addEventListener('online', this.hurry);
    document.addEventListener('visibilitychange', this.hurry);
    void this.connect();
  }

  stop(): void {
    this.running = false;
    window.removeEventListener('online', this.hurry);
    document.removeEventListener('visibilitychange', this.hurry);
    clearTimeout(this.retry);
    this.retry = undefined;
    this.close();
  }

  /** The room let us in: what went wrong before no longer counts. */
  entered(): void {
    clearTimeout(this.entry);
    this.failures = 0;
  }

  /** Tells whether there was a connection to send on. */
  send(message: ClientMessage): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  sendFrame(frame: Uint8Array): void {
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(frame as Uint8Array<ArrayBuffer>);
    }
  }

  bufferedAmount(): number {
    return this.socket?.bufferedAmount ?? 0;
  }

  private async connect() {
    this.retry = undefined;
    this.attempt += 1;
    const attempt = this.attempt;
    const current = () => this.running && attempt === this.attempt;
    try {
      const wanted = await this.options.prepare();
      if (!current()) return;
      if (!wanted) return this.stop();
      this.open();
    } catch {
      if (current()) this.lost();
    }
  }

  private open() {
    const { url, createSocket = (address) => new WebSocket(address) } = this.options;
    const socket = createSocket(url);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    this.unanswered = 0;
    this.entry = setTimeout(() => this.lost(), ENTRY_MS);
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.heartbeat = setInterval(this.beat, PING_MS);
      this.options.onOpen();
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== this.socket) return;
      this.unanswered = 0;
      if (typeof data === 'string') this.options.onMessage(JSON.parse(data) as ServerMessage);
      else this.options.onFrame(new Uint8Array(data));
    };
    socket.onclose = () => {
      if (socket === this.socket) this.lost();
    };
  }

  // Counted in beats and not in time: a browser slows the timers of hidden pages down, and a laptop
  // that slept must not find its connection dead before it could ask once.
  private readonly beat = () => {
    if (this.unanswered >= UNANSWERED_PINGS) return this.lost();
    this.unanswered += 1;
    this.pings += 1;
    this.send({ type: 'ping', id: this.pings });
  };

  private lost() {
    this.close();
    if (!this.running) return;
    this.failures += 1;
    this.options.onLost();
    // The listener may have stopped us.
    if (!this.running) return;
    const delay = retryDelay(this.failures, this.options.random);
    this.retry = setTimeout(() => void this.connect(), delay);
  }

  private close() {
    const socket = this.socket;
    this.socket = null;
    this.attempt += 1;
    clearTimeout(this.entry);
    clearInterval(this.heartbeat);
    socket?.close();
  }

  /** The network or the person is back: no reason to wait any longer. */
  private readonly hurry = () => {
    if (document.visibilityState === 'hidden' || this.retry === undefined) return;
    clearTimeout(this.retry);
    void this.connect();
  };
}
