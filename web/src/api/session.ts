import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { LoginRequest } from '../protocol/LoginRequest';
import type { Me } from '../protocol/Me';
import type { SetupRequest } from '../protocol/SetupRequest';
import type { SetupStatus } from '../protocol/SetupStatus';
import { api, onSessionLost } from './client';
import { ApiFailure } from './failure';

export const meKey = ['me'] as const;

export type Account = Extract<Me, { kind: 'account' }>;
export type Guest = Extract<Me, { kind: 'guest' }>;

/** Who is here; `null` for nobody. */
export function useMe() {
  return useQuery({
    queryKey: meKey,
    queryFn: async ({ signal }): Promise<Me | null> => {
      try {
        return await api.get<Me>('/api/me', signal);
      } catch (error) {
        if (error instanceof ApiFailure && error.unauthenticated) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

/** Forgets who is here as soon as any request shows that the session is over. */
export function useSessionLoss() {
  const client = useQueryClient();
  useEffect(() => onSessionLost(() => client.setQueryData(meKey, null)), [client]);
}

/** A mutation whose answer says who is here from now on. */
export function useEntry<Request>(path: string, before?: () => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownByForm: true },
    mutationFn: async (request: Request) => {
      await before?.();
      return api.post<Me>(path, request);
    },
    onSuccess: (me) => {
      forgetTheRest(client);
      client.setQueryData(meKey, me);
    },
  });
}

export const useLogin = () => useEntry<LoginRequest>('/api/auth/login');
export const useSetup = () => useEntry<SetupRequest>('/api/setup');

export function useSetupStatus() {
  return useQuery({
    queryKey: ['setup'],
    queryFn: ({ signal }) => api.get<SetupStatus>('/api/setup', signal),
  });
}

export function useLogout() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<void>('/api/auth/logout'),
    onSuccess: () => {
      client.setQueryData(meKey, null);
      forgetTheRest(client);
    },
  });
}

/** What one person saw is nothing for the next. Who is here stays: pages are watching that. */
function forgetTheRest(client: QueryClient) {
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== meKey[0] });
}
