import { QueryClient } from '@tanstack/react-query';
import { ApiFailure } from './failure';

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
  });
}
