export const formMessages = {
  title: 'Title',
  titleHint: 'The person you invite sees it too.',
  titleExample: 'Backend engineer, first round',
  problem: 'Problem',
  noProblem: 'None, start from an empty editor',
  noneFound: 'No problem of that name',
  language: 'Language',
  time: 'Time',
  timeHint: 'Optional. The room is open before and after, too.',
  record: 'Record the interview',
  recordHint: 'Video, audio, code and chat, for replay. Everybody is asked for consent first.',
  unavailable: (name: string) => `${name} cannot run at the moment.`,
} as const;
