import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { NewUser } from '../protocol/NewUser';
import type { User } from '../protocol/User';
import { api } from './client';

const listKey = ['users'] as const;

export function useUsers() {
  return useQuery({
    queryKey: listKey,
    queryFn: ({ signal }) => api.get<User[]>('/api/users', signal),
  });
}

export function useCreateUser() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownByForm: true },
    mutationFn: (user: NewUser) => api.post<User>('/api/users', user),
    onSuccess: () => client.invalidateQueries({ queryKey: listKey }),
  });
}
