import { expect, it, vi } from 'vitest';
import { Negotiation } from './Negotiation';

/** A negotiation whose offers are answered by hand. */
function byHand() {
  const offers: { iceRestart: boolean; answer: () => void; fail: (error: Error) => void }[] = [];
  const onFailure = vi.fn();
  const negotiation = new Negotiation(
    (iceRestart) =>
      new Promise((answer, fail) => {
        offers.push({ iceRestart, answer, fail });
      }),
    onFailure,
  );
  return { negotiation, offers, onFailure };
}

const settle = () => new Promise((done) => setTimeout(done));

it('makes one offer of wishes that come together', async () => {
  const { negotiation, offers } = byHand();
  negotiation.request();
  negotiation.request();
  negotiation.request();
  await settle();
  expect(offers).toHaveLength(1);
});

it('makes one more offer, after the answer, of all wishes that came meanwhile', async () => {
  const { negotiation, offers } = byHand();
  negotiation.request();
  await settle();
  negotiation.request();
  negotiation.request(true);
  await settle();
  expect(offers).toHaveLength(1);
  offers[0]?.answer();
  await settle();
  expect(offers.map((offer) => offer.iceRestart)).toEqual([false, true]);
  offers[1]?.answer();
  await settle();
  expect(offers).toHaveLength(2);
});

it('tells of a failure and goes on', async () => {
  const { negotiation, offers, onFailure } = byHand();
  negotiation.request();
  await settle();
  offers[0]?.fail(new Error('no'));
  await settle();
  expect(onFailure).toHaveBeenCalledOnce();
  negotiation.request();
  await settle();
  expect(offers).toHaveLength(2);
});
