import { expect, it } from 'vitest';
import { nextRemedy } from './recovery';

it('leaves a healthy call alone', () => {
  expect(nextRemedy('connected', 3)).toBeNull();
  expect(nextRemedy('closed', 0)).toBeNull();
});

it('restarts ICE at once when the connection failed, and a little later when it may heal', () => {
  expect(nextRemedy('failed', 0)).toEqual({ remedy: 'restartIce', afterMs: 0 });
  expect(nextRemedy('disconnected', 0)).toEqual({ remedy: 'restartIce', afterMs: 1500 });
});

it('begins anew when restarting did not help, later each time', () => {
  const plans = [1, 2, 3].map((tried) => nextRemedy('failed', tried, () => 1));
  expect(plans.every((plan) => plan?.remedy === 'rebuild')).toBe(true);
  const delays = plans.map((plan) => plan?.afterMs ?? 0);
  expect(delays).toEqual([...delays].sort((a, b) => a - b));
  expect(new Set(delays).size).toBe(3);
});

it('begins anew when the connection never came up', () => {
  expect(nextRemedy('connecting', 0)?.remedy).toBe('rebuild');
});
