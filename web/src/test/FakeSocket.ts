import type { ClientMessage } from '../protocol/ClientMessage';
import type { ServerMessage } from '../protocol/ServerMessage';

/** A WebSocket for tests, whose other side is the test. */
export class FakeSocket extends EventTarget implements WebSocket {
  static all: FakeSocket[] = [];

  static last(): FakeSocket {
    const last = FakeSocket.all.at(-1);
    if (!last) throw new Error('no socket was opened');
    return last;
  }

  readonly CONNECTING = WebSocket.CONNECTING;
  readonly OPEN = WebSocket.OPEN;
  readonly CLOSING = WebSocket.CLOSING;
  readonly CLOSED = WebSocket.CLOSED;
  readonly extensions = '';
  readonly protocol = '';
  readonly sent: (string | Uint8Array)[] = [];
  binaryType: BinaryType = 'blob';
  bufferedAmount = 0;
  readyState: WebSocket['readyState'] = WebSocket.CONNECTING;
  onopen: WebSocket['onopen'] = null;
  onmessage: WebSocket['onmessage'] = null;
  onclose: WebSocket['onclose'] = null;
  onerror: WebSocket['onerror'] = null;

  constructor(readonly url: string) {
    super();
    FakeSocket.all.push(this);
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.sent.push(data);
  }

  close(): void {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    this.onclose?.call(this, new CloseEvent('close'));
  }

  /** The server accepts the connection. */
  open(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen?.call(this, new Event('open'));
  }

  /** The server says something. */
  say(message: ServerMessage): void {
    const data = JSON.stringify(message);
    this.onmessage?.call(this, new MessageEvent('message', { data }));
  }

  /** What the page has said in JSON. */
  messages(): ClientMessage[] {
    return this.sent
      .filter((data) => typeof data === 'string')
      .map((data) => JSON.parse(data) as ClientMessage);
  }
}
