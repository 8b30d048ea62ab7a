import { expect, it } from 'vitest';
import { compare, readCounters } from './quality';

const report = (protocol: string) =>
  new Map(
    [
      { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
      {
        id: 'p',
        type: 'candidate-pair',
        localCandidateId: 'l',
        currentRoundTripTime: 0.042,
        bytesSent: 1000,
        bytesReceived: 2000,
      },
      { id: 'l', type: 'local-candidate', protocol },
      { id: 'a', type: 'inbound-rtp', packetsReceived: 90, packetsLost: 1 },
      { id: 'v', type: 'inbound-rtp', packetsReceived: 900, packetsLost: 9 },
    ].map((entry) => [entry.id, entry] as const),
  );

it('reads the path, the round trip and the counters', () => {
  expect(readCounters(report('udp'), 0)).toEqual({
    atMs: 0,
    rung: 'UDP',
    roundTripMs: 42,
    bytesSent: 1000,
    bytesReceived: 2000,
    packetsReceived: 990,
    packetsLost: 10,
  });
  expect(readCounters(report('tcp'), 0).rung).toBe('TCP');
});

it('knows nothing of a call that has no path yet', () => {
  expect(readCounters(new Map(), 0)).toMatchObject({ rung: null, roundTripMs: null, bytesSent: 0 });
});

it('tells rates and loss between two moments', () => {
  const before = readCounters(report('udp'), 0);
  const now = {
    ...before,
    atMs: 2000,
    bytesSent: before.bytesSent + 100_000,
    packetsReceived: before.packetsReceived + 95,
    packetsLost: before.packetsLost + 5,
  };
  expect(compare(before, now)).toMatchObject({ sendKbps: 400, receiveKbps: 0, loss: 0.05 });
});

it.each([
  [0, 20, 'good'],
  [0.05, 20, 'fair'],
  [0, 300, 'fair'],
  [0.2, 20, 'poor'],
  [0, 900, 'poor'],
])('grades a loss of %f with a round trip of %d ms', (loss, roundTripMs, grade) => {
  const before = { ...readCounters(new Map(), 0), roundTripMs };
  const now = {
    ...before,
    atMs: 1000,
    packetsReceived: 1000 * (1 - loss),
    packetsLost: 1000 * loss,
  };
  expect(compare(before, now).grade).toBe(grade);
});
