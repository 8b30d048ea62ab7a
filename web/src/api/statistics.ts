import { useQuery } from '@tanstack/react-query';
import type { Statistics } from '../protocol/Statistics';
import { api } from './client';

export function useStatistics() {
  return useQuery({
    queryKey: ['statistics'],
    queryFn: ({ signal }) => api.get<Statistics>('/api/statistics', signal),
  });
}
