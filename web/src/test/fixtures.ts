import type { Interview } from '../protocol/Interview';
import type { Language } from '../protocol/Language';
import type { Me } from '../protocol/Me';
import type { Statistics } from '../protocol/Statistics';

/** What tests say about an interview is all that matters to them; the rest is here. */
export function interview(changes: Partial<Interview> = {}): Interview {
  return {
    id: '0190-interview',
    title: 'Backend engineer',
    status: 'scheduled',
    ownerId: '0190-user',
    ownerName: 'Ada Lovelace',
    problemId: null,
    problemTitle: null,
    language: 'python',
    record: true,
    createdAt: 1_790_000_000_000,
    scheduledAt: null,
    startedAt: null,
    endedAt: null,
    participants: [],
    runCount: 0,
    may: { manage: true, enter: true, replay: true },
    ...changes,
  };
}

export const interviewer: Me = {
  kind: 'account',
  id: '0190-user',
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  role: 'interviewer',
};

export const python: Language = {
  id: 'python',
  name: 'Python',
  monaco: 'python',
  file: 'main.py',
  starterCode: 'print("hello")\n',
  unavailable: null,
};

export function statistics(changes: Partial<Statistics> = {}): Statistics {
  return {
    interviews: 0,
    liveNow: 0,
    runs: 0,
    runsSucceeded: 0,
    runsFailed: 0,
    medianLengthMinutes: null,
    runsPerInterview: null,
    byWeek: [],
    byLanguage: [],
    byLength: [],
    ...changes,
  };
}
