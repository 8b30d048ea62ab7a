import { formatLength, formatMoment } from '../../format/time';
import type { Interview } from '../../protocol/Interview';
import { interviewsMessages as text } from './messages';

/** What the asker would do next with an interview; `null` when there is nothing to do. */
export function wayIn(interview: Interview): 'start' | 'enter' | 'replay' | null {
  const { status, may } = interview;
  if (status === 'ended') return may.replay ? 'replay' : null;
  if (!may.enter) return null;
  return status === 'live' ? 'enter' : 'start';
}

/** How long it took; `null` before it has ended. */
export function lengthOf({ startedAt, endedAt }: Interview): number | null {
  return startedAt === null || endedAt === null ? null : endedAt - startedAt;
}

/** The line under an interview's title. */
export function describeInterview(
  interview: Interview,
  languageName: (id: string) => string,
): string[] {
  const facts = [whenOf(interview)];
  const length = lengthOf(interview);
  if (length !== null) facts.push(formatLength(length));
  if (interview.problemTitle !== null) facts.push(interview.problemTitle);
  facts.push(languageName(interview.language));
  if (interview.runCount > 0) facts.push(text.runs(interview.runCount));
  if (interview.record) facts.push(text.recorded);
  if (!interview.may.manage) facts.push(text.by(interview.ownerName));
  return [...new Set(facts)];
}

function whenOf({ startedAt, scheduledAt }: Interview): string {
  const when = startedAt ?? scheduledAt;
  return when === null ? text.notScheduled : formatMoment(when);
}
