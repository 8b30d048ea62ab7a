import { expect, it } from 'vitest';
import { retryDelay } from './retryDelay';

it('waits twice as long after each failure, up to ten seconds', () => {
  const longest = [1, 2, 3, 4, 5, 6, 7].map((failures) => retryDelay(failures, () => 1));
  expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

it('spreads the waiting over the upper half', () => {
  expect(retryDelay(3, () => 0)).toBe(1000);
  expect(retryDelay(3, () => 0.5)).toBe(1500);
});
