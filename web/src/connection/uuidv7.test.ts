import { expect, it } from 'vitest';
import { uuidv7 } from './uuidv7';

it('is a version 7 UUID that begins with its time', () => {
  const id = uuidv7(0x0190_1234_5678);
  expect(id).toMatch(/^01901234-5678-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it('differs each time and sorts by time', () => {
  expect(uuidv7(1000)).not.toBe(uuidv7(1000));
  expect(uuidv7(1000) < uuidv7(2000)).toBe(true);
});
