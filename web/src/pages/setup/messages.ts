export const setupMessages = {
  title: 'Set up Porthole',
  text: 'Create the first interviewer. More people can be added afterwards.',
  doneTitle: 'Porthole is set up',
  doneText: 'The first account exists already. Sign in with it, or ask its owner for one.',
  noTokenTitle: 'The setup link is needed',
  noTokenText:
    'The server prints a one-time link when it starts. Open that link, including everything after the # sign.',
  signIn: 'Sign in',
  submit: 'Create account',
} as const;
