import { useQuery } from '@tanstack/react-query';
import type { Language } from '../protocol/Language';
import { api } from './client';

/** Somebody may be repairing what is missing right now. */
const ASK_AGAIN_MS = 15_000;

export function useLanguages() {
  return useQuery({
    queryKey: ['languages'],
    queryFn: ({ signal }) => api.get<Language[]>('/api/languages', signal),
    staleTime: 60_000,
    refetchInterval: ({ state }) =>
      state.data?.some(({ unavailable }) => unavailable !== null) ? ASK_AGAIN_MS : false,
  });
}

/** From a language's id to the name people know; the id itself for one that is no longer offered. */
export function useLanguageName(): (id: string) => string {
  const { data } = useLanguages();
  return (id) => data?.find((language) => language.id === id)?.name ?? id;
}
