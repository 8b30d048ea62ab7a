import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Problem } from '../protocol/Problem';
import type { ProblemDraft } from '../protocol/ProblemDraft';
import type { ProblemId } from '../protocol/ProblemId';
import { api } from './client';

const listKey = ['problems'] as const;
const problemKey = (id: ProblemId) => ['problems', id] as const;

export function useProblems() {
  return useQuery({
    queryKey: listKey,
    queryFn: ({ signal }) => api.get<Problem[]>('/api/problems', signal),
  });
}

export function useProblem(id: ProblemId) {
  return useQuery({
    queryKey: problemKey(id),
    queryFn: ({ signal }) => api.get<Problem>(`/api/problems/${id}`, signal),
    // What is being edited must not change underneath.
    refetchOnWindowFocus: false,
  });
}

/** Saves a draft: as a new problem when `id` is absent, else over the one it names. */
export function useSaveProblem(id?: ProblemId) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownByForm: true },
    mutationFn: (draft: ProblemDraft) =>
      id
        ? api.put<Problem>(`/api/problems/${id}`, draft)
        : api.post<Problem>('/api/problems', draft),
    onSuccess: (problem) => {
      client.setQueryData(problemKey(problem.id), problem);
      return client.invalidateQueries({ queryKey: listKey, exact: true });
    },
  });
}

export function useDeleteProblem() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: ProblemId) => api.delete(`/api/problems/${id}`),
    onSuccess: (_nothing, id) => {
      client.removeQueries({ queryKey: problemKey(id) });
      return client.invalidateQueries({ queryKey: listKey, exact: true });
    },
  });
}
