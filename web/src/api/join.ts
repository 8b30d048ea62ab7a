import { useQuery } from '@tanstack/react-query';
import type { InvitePreview } from '../protocol/InvitePreview';
import type { JoinRequest } from '../protocol/JoinRequest';
import { api } from './client';
import { useEntry } from './session';

/** What an invite is for. */
export function useInvitePreview(token: string) {
  return useQuery({
    queryKey: ['invite-preview', token],
    queryFn: () => api.post<InvitePreview>('/api/join/preview', { token }),
    enabled: token !== '',
  });
}

export const useJoin = () => useEntry<JoinRequest>('/api/join');
