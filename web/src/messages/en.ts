/** Texts that more than one page shows. A page's own texts lie in its folder. */
export const messages = {
  productName: 'Porthole',
  errors: {
    title: 'Something went wrong',
    offline: 'The server cannot be reached. Check your connection, then try again.',
    server: 'The server had a problem. Try again in a moment.',
    unexpected: 'The server gave an answer this page does not understand. Reload the page.',
    crash: 'This page stopped working. Reloading it usually helps; nothing stored is lost.',
    reload: 'Reload',
    retry: 'Try again',
  },
  notFound: {
    title: 'Nothing here',
    text: 'The page does not exist, or you may not see it.',
    home: 'Go to interviews',
  },
  loading: 'Loading…',
} as const;
