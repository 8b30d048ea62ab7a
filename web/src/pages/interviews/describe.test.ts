import { expect, it } from 'vitest';
import { interview } from '../../test/fixtures';
import { describeInterview, lengthOf, wayIn } from './describe';

const nothing = { manage: false, enter: false, replay: false };

it.each([
  ['scheduled', { enter: true }, 'start'],
  ['live', { enter: true }, 'enter'],
  ['ended', { enter: true, replay: true }, 'replay'],
  ['ended', { enter: true }, null],
  ['live', { replay: true }, null],
  ['scheduled', { replay: true }, null],
] as const)('a %s interview with %o offers %s', (status, rights, way) => {
  expect(wayIn(interview({ status, may: { ...nothing, ...rights } }))).toBe(way);
});

it('has a length only once it has ended', () => {
  expect(lengthOf(interview({ startedAt: 1_000 }))).toBeNull();
  expect(lengthOf(interview({ startedAt: 1_000, endedAt: 61_000 }))).toBe(60_000);
});

it('is described by what there is to say', () => {
  const facts = describeInterview(
    interview({
      startedAt: new Date(2020, 0, 2, 9, 5).getTime(),
      endedAt: new Date(2020, 0, 2, 9, 57).getTime(),
      problemTitle: 'Two sum',
      runCount: 1,
      may: nothing,
    }),
    () => 'Python',
  );
  expect(facts).toEqual([
    '2 Jan 2020, 09:05',
    '52 min',
    'Two sum',
    'Python',
    '1 run',
    'Recorded',
    'by Ada Lovelace',
  ]);
});
