/** How media reaches the server: by UDP, or by TCP where a firewall wants that. */
export type Rung = 'UDP' | 'TCP';

/** Counters of a call at one moment, as the browser keeps them. */
export interface Counters {
  atMs: number;
  rung: Rung | null;
  roundTripMs: number | null;
  bytesSent: number;
  bytesReceived: number;
  packetsReceived: number;
  packetsLost: number;
}

/** How the call went between two moments. */
export interface Quality {
  rung: Rung | null;
  roundTripMs: number | null;
  sendKbps: number;
  receiveKbps: number;
  /** Share of the packets to us that never arrived, 0 to 1. */
  loss: number;
  grade: Grade;
}

export type Grade = 'good' | 'fair' | 'poor';

interface Entry {
  id: string;
  type: string;
  [name: string]: unknown;
}

/** Reads what we need from `RTCPeerConnection.getStats`. */
export function readCounters(report: ReadonlyMap<string, Entry>, atMs: number): Counters {
  const entries = [...report.values()];
  const transport = entries.find((entry) => entry.type === 'transport');
  const pair =
    report.get(text(transport?.selectedCandidatePairId)) ??
    // Firefox marks the pair itself.
    entries.find((entry) => entry.type === 'candidate-pair' && entry.selected === true);
  const local = report.get(text(pair?.localCandidateId));
  const inbound = entries.filter((entry) => entry.type === 'inbound-rtp');
  const seconds = pair?.currentRoundTripTime;
  return {
    atMs,
    rung: local ? (local.protocol === 'tcp' ? 'TCP' : 'UDP') : null,
    roundTripMs: typeof seconds === 'number' ? seconds * 1000 : null,
    bytesSent: number(pair?.bytesSent),
    bytesReceived: number(pair?.bytesReceived),
    packetsReceived: sum(inbound, 'packetsReceived'),
    packetsLost: sum(inbound, 'packetsLost'),
  };
}

export function compare(before: Counters, now: Counters): Quality {
  const seconds = Math.max(0.001, (now.atMs - before.atMs) / 1000);
  const kbps = (bytes: number) => Math.max(0, (bytes * 8) / 1000 / seconds);
  const lost = Math.max(0, now.packetsLost - before.packetsLost);
  const expected = lost + Math.max(0, now.packetsReceived - before.packetsReceived);
  const loss = expected === 0 ? 0 : lost / expected;
  return {
    rung: now.rung,
    roundTripMs: now.roundTripMs,
    sendKbps: kbps(now.bytesSent - before.bytesSent),
    receiveKbps: kbps(now.bytesReceived - before.bytesReceived),
    loss,
    grade: grade(loss, now.roundTripMs),
  };
}

function grade(loss: number, roundTripMs: number | null): Grade {
  const delay = roundTripMs ?? 0;
  if (loss > 0.08 || delay > 500) return 'poor';
  if (loss > 0.02 || delay > 250) return 'fair';
  return 'good';
}

function sum(entries: Entry[], name: string): number {
  return entries.reduce((total, entry) => total + number(entry[name]), 0);
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
