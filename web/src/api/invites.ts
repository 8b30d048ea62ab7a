import {
  type QueryClient,
  skipToken,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { InterviewId } from '../protocol/InterviewId';
import type { Invite } from '../protocol/Invite';
import type { InviteId } from '../protocol/InviteId';
import type { NewInvite } from '../protocol/NewInvite';
import { api } from './client';

const invitesKey = (interview: InterviewId) => ['interviews', interview, 'invites'] as const;
const newestKey = (interview: InterviewId) => ['newest-invite', interview] as const;

export function useInvites(interview: InterviewId) {
  return useQuery({
    queryKey: invitesKey(interview),
    queryFn: ({ signal }) => api.get<Invite[]>(`/api/interviews/${interview}/invites`, signal),
  });
}

/**
 * The invite made last on this page, with its link. The server shows the link only once, so it is
 * remembered until the page is left.
 */
export function useNewestInvite(interview: InterviewId) {
  return useQuery<NewInvite>({
    queryKey: newestKey(interview),
    queryFn: skipToken,
    gcTime: Number.POSITIVE_INFINITY,
  }).data;
}

export async function createInvite(client: QueryClient, interview: InterviewId) {
  const created = await api.post<NewInvite>(`/api/interviews/${interview}/invites`);
  client.setQueryData(newestKey(interview), created);
  await client.invalidateQueries({ queryKey: invitesKey(interview) });
  return created;
}

export function useCreateInvite(interview: InterviewId) {
  const client = useQueryClient();
  return useMutation({ mutationFn: () => createInvite(client, interview) });
}

export function useRevokeInvite(interview: InterviewId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (invite: InviteId) => api.delete(`/api/interviews/${interview}/invites/${invite}`),
    onSuccess: (_nothing, invite) => {
      const newest = client.getQueryData<NewInvite>(newestKey(interview));
      if (newest?.invite.id === invite) client.removeQueries({ queryKey: newestKey(interview) });
      return client.invalidateQueries({ queryKey: invitesKey(interview) });
    },
  });
}

/** The whole address to send, from the path the server gave. */
export function inviteAddress(invite: NewInvite): string {
  return new URL(invite.path, window.location.origin).href;
}
