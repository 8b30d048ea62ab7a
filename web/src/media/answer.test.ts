import { expect, it } from 'vitest';
import { answererOf, isStranger } from './answer';

const sdp = (fingerprint: string, ufrag: string) =>
  `v=0\r\na=ice-lite\r\na=fingerprint:sha-256 ${fingerprint}\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:${ufrag}\r\n`;
const known = answererOf(sdp('AA:BB', 'one'));

it('reads who answers', () => {
  expect(known).toEqual({ fingerprint: 'sha-256 AA:BB', ufrag: 'one' });
});

it('takes the first answer from anybody', () => {
  expect(isStranger(null, known, false)).toBe(false);
});

it('knows the same server again', () => {
  expect(isStranger(known, answererOf(sdp('AA:BB', 'one')), false)).toBe(false);
});

it('expects new credentials after a restart of ICE', () => {
  expect(isStranger(known, answererOf(sdp('AA:BB', 'two')), true)).toBe(false);
});

it('sees that a server has forgotten us by credentials nobody asked for', () => {
  expect(isStranger(known, answererOf(sdp('AA:BB', 'two')), false)).toBe(true);
});

it('sees a restarted server by its new keys, also when ICE restarts', () => {
  expect(isStranger(known, answererOf(sdp('CC:DD', 'two')), true)).toBe(true);
});
