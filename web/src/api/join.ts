import { useQuery } from '@tanstack/react-query';
import type { InvitePreview } from '../protocol/InvitePreview';
import type { JoinRequest } from '../protocol/JoinRequest';
import type { Me } from '../protocol/Me';
import { api, refreshSession } from './client';
import { useEntry } from './session';

/** What an invite is for. */
export function useInvitePreview(token: string) {
  return useQuery({
    queryKey: ['invite-preview', token],
    queryFn: () => api.post<InvitePreview>('/api/join/preview', { token }),
    enabled: token !== '',
  });
}

/**
 * Accepts an invite. The server takes somebody whose access token has expired for a stranger and
 * would start a new guest's session, so whoever was known is made known again first.
 */
export const useJoin = (known: Me | null) =>
  useEntry<JoinRequest>('/api/join', known ? refreshSession : undefined);
