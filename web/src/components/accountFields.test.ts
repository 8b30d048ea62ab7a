import { expect, it } from 'vitest';
import { accountRules } from './accountFields';

it('accepts what the server accepts', () => {
  expect(accountRules.name('Zoë')).toBeNull();
  expect(accountRules.email(' root@localhost ')).toBeNull();
  expect(accountRules.password('0123456789')).toBeNull();
});

it.each(['', 'ada', '@example.org', 'ada@', 'a b@c.d'])('refuses the address "%s"', (email) => {
  expect(accountRules.email(email)).not.toBeNull();
});

it('refuses blank names and short passwords', () => {
  expect(accountRules.name(' \t')).not.toBeNull();
  expect(accountRules.password('012345678')).not.toBeNull();
});
