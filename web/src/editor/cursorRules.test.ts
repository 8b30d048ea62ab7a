import { expect, it } from 'vitest';
import { cssString } from './cursorRules';

it('keeps letters of any script', () => {
  expect(cssString('Ada 李')).toBe('"Ada 李"');
});

it('lets no name break out of the style sheet', () => {
  expect(cssString('"};')).toBe('"\\22 \\7d \\3b "');
  expect(cssString('\\\n')).toBe('"\\5c \\a "');
});
