import { expect, it } from 'vitest';
import { plainText } from './ansi';

it('leaves colours and other sequences out', () => {
  expect(plainText('\u001b[1;31mred\u001b[0m \u001b]0;title\u0007plain\u001b[2K')).toBe(
    'red plain',
  );
});

it('shows what a carriage return leaves visible', () => {
  expect(plainText('10 %\r50 %\r100 %\r\ndone')).toBe('100 %\ndone');
});

it('keeps a line that waits for what overwrites it', () => {
  expect(plainText('10 %\r').trim()).toBe('10 %');
});
