export const MIN_PASSWORD_LENGTH = 10;

export interface AccountFields extends Record<string, unknown> {
  name: string;
  email: string;
  password: string;
}

/** What is wrong with a new account's fields; the server checks them again. */
export const accountRules = {
  name: (value: string) => (value.trim() === '' ? 'Enter a name.' : null),
  email: (value: string) =>
    /^[^\s@]+@[^\s@]+$/.test(value.trim())
      ? null
      : 'Enter an e-mail address, like ada@example.com.',
  password: (value: string) =>
    value.length < MIN_PASSWORD_LENGTH ? `Use at least ${MIN_PASSWORD_LENGTH} characters.` : null,
};
