import { fromLocalInput, toLocalInput } from '../../format/time';
import type { Interview } from '../../protocol/Interview';
import type { InterviewChanges } from '../../protocol/InterviewChanges';
import type { NewInterview } from '../../protocol/NewInterview';

/** What the form holds; empty text where nothing is chosen. */
export interface InterviewFields extends Record<string, unknown> {
  title: string;
  problemId: string;
  language: string;
  scheduledAt: string;
  record: boolean;
}

export const emptyInterview: InterviewFields = {
  title: '',
  problemId: '',
  language: '',
  scheduledAt: '',
  record: true,
};

export function fieldsOf(interview: Interview): InterviewFields {
  return {
    title: interview.title,
    problemId: interview.problemId ?? '',
    language: interview.language,
    scheduledAt: interview.scheduledAt === null ? '' : toLocalInput(interview.scheduledAt),
    record: interview.record,
  };
}

export const interviewRules = {
  title: (value: string) => (value.trim() === '' ? 'Give the interview a title.' : null),
};

export function toNewInterview(fields: InterviewFields): NewInterview {
  return {
    title: fields.title.trim(),
    problemId: fields.problemId || null,
    language: fields.language || null,
    scheduledAt: fromLocalInput(fields.scheduledAt),
    record: fields.record,
  };
}

/** Only what differs: problem, language and recording are refused once it is live, even unchanged. */
export function toChanges(before: InterviewFields, after: InterviewFields): InterviewChanges {
  const changes: InterviewChanges = {};
  if (after.title.trim() !== before.title) changes.title = after.title.trim();
  if (after.problemId !== before.problemId) changes.problemId = after.problemId || null;
  if (after.language !== before.language && after.language) changes.language = after.language;
  if (after.scheduledAt !== before.scheduledAt) {
    changes.scheduledAt = fromLocalInput(after.scheduledAt);
  }
  if (after.record !== before.record) changes.record = after.record;
  return changes;
}
