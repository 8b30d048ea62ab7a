export const problemsMessages = {
  title: 'Problems',
  create: 'New problem',
  emptyTitle: 'No problems yet',
  emptyText:
    'A problem is a statement with starter code. It shows beside the editor in the interviews you give it to.',
  changed: (when: string) => `Changed ${when}`,
  starter: (languages: string) => `Starter code in ${languages}`,
  noStarter: 'No starter code of its own',
} as const;
