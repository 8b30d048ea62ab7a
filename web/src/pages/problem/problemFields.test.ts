import { expect, it } from 'vitest';
import { python } from '../../test/fixtures';
import { emptyProblem, problemRules, toDraft, withStarter } from './problemFields';

it('keeps the starter code that differs from the language', () => {
  expect(withStarter({ go: 'package main' }, python, 'x = 1')).toEqual({
    go: 'package main',
    python: 'x = 1',
  });
});

it('drops starter code that became the same as the language has', () => {
  expect(withStarter({ python: 'x = 1' }, python, python.starterCode)).toEqual({});
});

it('keeps an emptied starter code as empty, not as the default', () => {
  expect(withStarter({}, python, '')).toEqual({ python: '' });
});

it('refuses a title of blanks and trims the rest', () => {
  expect(problemRules.title(' ')).not.toBeNull();
  expect(toDraft({ ...emptyProblem, title: ' Two sum ' }).title).toBe('Two sum');
});
