import { expect, it } from 'vitest';
import { destinations, leadsTo } from './navigation';

const current = (path: string) =>
  destinations('interviewer')
    .filter((destination) => leadsTo(destination, path))
    .map(({ label }) => label);

it.each([
  ['/', ['Interviews']],
  ['/interviews/new', ['Interviews']],
  ['/problems/1', ['Problems']],
  ['/people', ['People']],
  ['/peoples', []],
])('%s lies under %o', (path, labels) => {
  expect(current(path)).toEqual(labels);
});
