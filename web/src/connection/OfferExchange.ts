import type { ClientMessage } from '../protocol/ClientMessage';
import type { PublishedSection } from '../protocol/PublishedSection';
import type { SubscribedSection } from '../protocol/SubscribedSection';

/** Longer than the server itself waits for its media part. */
const ANSWER_MS = 15_000;

interface Waiting {
  resolve: (sdp: string) => void;
  reject: (reason: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** Brings offers and their answers together. */
export class OfferExchange {
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor(private readonly post: (message: ClientMessage) => boolean) {}

  send(sdp: string, publish: PublishedSection[], subscribe: SubscribedSection[]): Promise<string> {
    this.last += 1;
    const id = this.last;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.refused(String(id), 'no answer in time'), ANSWER_MS);
      this.waiting.set(id, { resolve, reject, timer });
      if (!this.post({ type: 'offer', id, sdp, publish, subscribe })) {
        this.refused(String(id), 'no connection');
      }
    });
  }

  answered(id: number, sdp: string): void {
    this.take(id)?.resolve(sdp);
  }

  refused(inReplyTo: string, reason: string): void {
    this.take(Number(inReplyTo))?.reject(new Error(reason));
  }

  /** The connection is lost: nothing that was asked on it will be answered. */
  fail(): void {
    for (const id of [...this.waiting.keys()]) this.refused(String(id), 'the connection was lost');
  }

  private take(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    if (waiting) clearTimeout(waiting.timer);
    this.waiting.delete(id);
    return waiting;
  }
}
