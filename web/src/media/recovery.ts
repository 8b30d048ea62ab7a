import { retryDelay } from '../connection/retryDelay';

/** What to do about a call without a transport. */
export type Remedy = 'restartIce' | 'rebuild';

/** `disconnected` often heals by itself; this long it may. */
const HOPE_MS = 1_500;
/** A remedy must have worked after this. */
const PATIENCE_MS = 6_000;

export interface Plan {
  remedy: Remedy;
  afterMs: number;
}

/**
 * The next remedy for a connection in this state after `tried` remedies without success; `null`
 * when nothing is wrong. First a restart of ICE, which keeps everything; then all anew, each time
 * a little later.
 */
export function nextRemedy(
  state: RTCPeerConnectionState,
  tried: number,
  random: () => number = Math.random,
): Plan | null {
  if (state === 'connected' || state === 'closed') return null;
  const remedy: Remedy =
    tried === 0 && state !== 'new' && state !== 'connecting' ? 'restartIce' : 'rebuild';
  if (tried > 0) return { remedy, afterMs: PATIENCE_MS + retryDelay(tried, random) };
  switch (state) {
    case 'failed':
      return { remedy, afterMs: 0 };
    case 'disconnected':
      return { remedy, afterMs: HOPE_MS };
    default:
      return { remedy, afterMs: PATIENCE_MS };
  }
}
