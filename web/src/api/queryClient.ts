import { notifications } from '@mantine/notifications';
import { MutationCache, QueryClient } from '@tanstack/react-query';
import { ApiFailure, failureText } from './failure';

declare module '@tanstack/react-query' {
  interface Register {
    /** `shownByForm`: a form shows this mutation's failure next to what caused it. */
    mutationMeta: { shownByForm?: boolean };
  }
}

/** Asking again helps when the server was not reached or stumbled, not when it said no. */
export function worthRetrying(failures: number, error: unknown): boolean {
  if (failures >= 2) return false;
  return !(error instanceof ApiFailure) || error.offline || error.status >= 500;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: worthRetrying, staleTime: 5_000 },
      mutations: { retry: false },
    },
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (mutation.meta?.shownByForm) return;
        notifications.show({ color: 'red', message: failureText(error) });
      },
    }),
  });
}
