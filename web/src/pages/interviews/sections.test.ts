import { expect, it } from 'vitest';
import { interview } from '../../test/fixtures';
import { intoSections } from './sections';

it('shows what is live before what comes next before what was', () => {
  const sections = intoSections([
    interview({ id: 'past', status: 'ended' }),
    interview({ id: 'next', status: 'scheduled' }),
    interview({ id: 'now', status: 'live' }),
  ]);
  expect(sections.map(({ status }) => status)).toEqual(['live', 'scheduled', 'ended']);
});

it('puts the soonest first and those without a time last', () => {
  const [upcoming] = intoSections([
    interview({ id: 'some day', scheduledAt: null }),
    interview({ id: 'later', scheduledAt: 2_000 }),
    interview({ id: 'sooner', scheduledAt: 1_000 }),
  ]);
  expect(upcoming?.interviews.map(({ id }) => id)).toEqual(['sooner', 'later', 'some day']);
});

it('leaves out sections without interviews', () => {
  expect(intoSections([])).toEqual([]);
});
