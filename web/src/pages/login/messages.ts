export const loginMessages = {
  title: 'Sign in',
  setupNeeded:
    'There is no account yet. Open the one-time setup link that the server prints when it starts.',
  email: 'E-mail',
  password: 'Password',
  submit: 'Sign in',
  emailMissing: 'Enter your e-mail address.',
  passwordMissing: 'Enter your password.',
  invited: 'Invited to an interview? Open the link you were sent; you need no account.',
} as const;
