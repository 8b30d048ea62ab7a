import { expect, it } from 'vitest';
import { statistics } from '../../test/fixtures';
import { figuresOf, languageBars, lengthBars, weekBars } from './figures';

it('shows a dash where there is nothing to divide by', () => {
  const values = figuresOf(statistics({ interviews: 1 })).map(({ value }) => value);
  expect(values).toEqual(['1', '–', '–', '–']);
});

it('rounds lengths, averages and shares for people', () => {
  const values = figuresOf(
    statistics({
      interviews: 1234,
      medianLengthMinutes: 64.6,
      runsPerInterview: 7.25,
      runsSucceeded: 2,
      runsFailed: 1,
    }),
  ).map(({ value }) => value);
  expect(values).toEqual(['1,234', '1 h 05 min', '7.3', '67%']);
});

it('names a week by its Monday in UTC', () => {
  const [bar] = weekBars([
    { week: Date.UTC(2026, 10, 23), interviews: 2, runsSucceeded: 3, runsFailed: 4 },
  ]);
  expect(bar).toEqual({ week: '23 Nov', Interviews: 2, Succeeded: 3, Failed: 4 });
});

it('leaves the last length open', () => {
  const bars = lengthBars([
    { fromMinutes: 0, interviews: 1 },
    { fromMinutes: 15, interviews: 0 },
    { fromMinutes: 30, interviews: 2 },
  ]);
  expect(bars.map(({ minutes }) => minutes)).toEqual(['0–15', '15–30', '30+']);
});

it('calls languages by their names', () => {
  const bars = languageBars([{ language: 'go', interviews: 1, runs: 9 }], (id) => id.toUpperCase());
  expect(bars).toEqual([{ language: 'GO', Interviews: 1 }]);
});
