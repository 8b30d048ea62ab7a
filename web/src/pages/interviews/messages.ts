import type { InterviewStatus } from '../../protocol/InterviewStatus';

const sections: Record<InterviewStatus, string> = {
  live: 'Live now',
  scheduled: 'Upcoming',
  ended: 'Past',
};

export const interviewsMessages = {
  title: 'Interviews',
  create: 'New interview',
  sections,
  emptyTitle: 'No interviews yet',
  emptyText: 'Create one, send the invite link, and meet in the room. It is all kept for replay.',
  emptyReviewerTitle: 'Nothing here yet',
  emptyReviewerText:
    'Interviews you are invited to, and recordings that are shared with you, show up here.',
  enter: 'Enter',
  start: 'Start',
  replay: 'Replay',
  more: (title: string) => `More for ${title}`,
  details: 'Details',
  copyInvite: 'New invite link',
  inviteTitle: 'Invite to the interview',
  scheduledFor: (when: string) => when,
  notScheduled: 'No time set',
  recorded: 'Recorded',
  by: (name: string) => `by ${name}`,
  noProblem: 'No problem',
  runs: (count: number) => (count === 1 ? '1 run' : `${count} runs`),
  attended: (names: string) => `Joined by ${names}`,
} as const;

export const newInterviewMessages = {
  pageTitle: 'New interview',
  back: 'Interviews',
  text: 'You get an invite link right after.',
  submit: 'Create interview',
} as const;
