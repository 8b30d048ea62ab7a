import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Interview } from '../protocol/Interview';
import type { InterviewChanges } from '../protocol/InterviewChanges';
import type { InterviewId } from '../protocol/InterviewId';
import type { NewInterview } from '../protocol/NewInterview';
import type { Submission } from '../protocol/Submission';
import { api } from './client';
import { createInvite } from './invites';

/** Others change interviews too (they join, leave, end): lists keep up while they are looked at. */
const KEEP_UP_MS = 15_000;

const listKey = ['interviews'] as const;
export const interviewKey = (id: InterviewId) => ['interviews', id] as const;

export function useInterviews() {
  return useQuery({
    queryKey: listKey,
    queryFn: ({ signal }) => api.get<Interview[]>('/api/interviews', signal),
    refetchInterval: KEEP_UP_MS,
  });
}

export function useInterview(id: InterviewId) {
  return useQuery({
    queryKey: interviewKey(id),
    queryFn: ({ signal }) => api.get<Interview>(`/api/interviews/${id}`, signal),
    refetchInterval: KEEP_UP_MS,
  });
}

/** Creates an interview and its first invite, so that the link is there at once. */
export function useCreateInterview() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownByForm: true },
    mutationFn: async (draft: NewInterview) => {
      const interview = await api.post<Interview>('/api/interviews', draft);
      // The interview exists; without an invite its page still offers to make one.
      await createInvite(client, interview.id).catch(() => undefined);
      return interview;
    },
    onSuccess: (interview) => remember(client, interview),
  });
}

export function useChangeInterview(id: InterviewId) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownByForm: true },
    mutationFn: (changes: InterviewChanges) =>
      api.patch<Interview>(`/api/interviews/${id}`, changes),
    onSuccess: (interview) => remember(client, interview),
  });
}

export function useEndInterview(id: InterviewId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<void>(`/api/interviews/${id}/end`),
    onSuccess: () => client.invalidateQueries({ queryKey: listKey }),
  });
}

export function useSubmissions(id: InterviewId, live: boolean) {
  return useQuery({
    queryKey: [...interviewKey(id), 'submissions'],
    queryFn: ({ signal }) => api.get<Submission[]>(`/api/interviews/${id}/submissions`, signal),
    refetchInterval: live ? KEEP_UP_MS : false,
  });
}

function remember(client: QueryClient, interview: Interview) {
  client.setQueryData(interviewKey(interview.id), interview);
  return client.invalidateQueries({ queryKey: listKey, exact: true });
}
