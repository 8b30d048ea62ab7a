import { expect, it } from 'vitest';
import { decodeFrame, encodeFrame, type Frame } from './frames';

const bytes = Uint8Array.of(1, 2, 3);

it.each<Frame>([
  { kind: 'step1', stateVector: bytes },
  { kind: 'step2', update: bytes },
  { kind: 'update', update: bytes },
  { kind: 'awareness', update: bytes },
  { kind: 'queryAwareness' },
])('reads back $kind', (frame) => {
  expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
});

it('encodes as y-protocols does', () => {
  expect([...encodeFrame({ kind: 'update', update: bytes })]).toEqual([0, 2, 3, 1, 2, 3]);
  expect([...encodeFrame({ kind: 'awareness', update: bytes })]).toEqual([1, 3, 1, 2, 3]);
});

it('knows no other messages', () => {
  expect(decodeFrame(Uint8Array.of(2, 0))).toBeNull();
  expect(decodeFrame(Uint8Array.of(0, 7, 0))).toBeNull();
});
