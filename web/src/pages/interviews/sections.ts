import type { Interview } from '../../protocol/Interview';
import type { InterviewStatus } from '../../protocol/InterviewStatus';

export interface Section {
  status: InterviewStatus;
  interviews: Interview[];
}

/**
 * The list in the order people need it: what is going on, what comes next (soonest first, those
 * without a time last), what was (latest first). Empty sections are left out.
 */
export function intoSections(interviews: readonly Interview[]): Section[] {
  const of = (status: InterviewStatus) => interviews.filter((each) => each.status === status);
  const sections: Section[] = [
    { status: 'live', interviews: of('live').sort((a, b) => began(b) - began(a)) },
    { status: 'scheduled', interviews: of('scheduled').sort((a, b) => due(a) - due(b)) },
    { status: 'ended', interviews: of('ended').sort((a, b) => ended(b) - ended(a)) },
  ];
  return sections.filter((section) => section.interviews.length > 0);
}

const due = (interview: Interview) => interview.scheduledAt ?? Number.MAX_SAFE_INTEGER;
const began = (interview: Interview) => interview.startedAt ?? interview.createdAt;
const ended = (interview: Interview) => interview.endedAt ?? interview.createdAt;
