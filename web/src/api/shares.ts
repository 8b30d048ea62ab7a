import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { InterviewId } from '../protocol/InterviewId';
import type { Share } from '../protocol/Share';
import type { UserId } from '../protocol/UserId';
import { api } from './client';

const sharesKey = (interview: InterviewId) => ['interviews', interview, 'shares'] as const;

export function useShares(interview: InterviewId) {
  return useQuery({
    queryKey: sharesKey(interview),
    queryFn: ({ signal }) => api.get<Share[]>(`/api/interviews/${interview}/shares`, signal),
  });
}

export function useShare(interview: InterviewId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (user: UserId) => api.put<void>(`/api/interviews/${interview}/shares/${user}`),
    onSuccess: () => client.invalidateQueries({ queryKey: sharesKey(interview) }),
  });
}

export function useUnshare(interview: InterviewId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (user: UserId) => api.delete(`/api/interviews/${interview}/shares/${user}`),
    onSuccess: () => client.invalidateQueries({ queryKey: sharesKey(interview) }),
  });
}
