import type { Phase } from '../../connection/roomState';
import type { SavedState } from '../../connection/YjsProvider';
import type { DeviceKind, DeviceProblem } from '../../media/devices';
import type { Grade } from '../../media/quality';

const saved: Record<SavedState, string> = {
  saved: 'All changes saved',
  saving: 'Saving…',
  offline: 'Offline: changes are kept here and sent when back',
};

const problems: Record<DeviceProblem, (device: DeviceKind) => string> = {
  denied: (device) =>
    `The browser does not let this page use the ${device}. Allow it beside the address bar, then switch the ${device} on again.`,
  missing: (device) => `No ${device} was found. Plug one in, or join without.`,
  busy: (device) =>
    `The ${device} is in use by another program. Close that program, then switch the ${device} on again.`,
  insecure: (device) =>
    `The browser gives the ${device} to secure pages only. Open this page with https.`,
  failed: (device) => `The ${device} could not be started. Choose another one, or join without.`,
};

const grades: Record<Grade, string> = {
  good: 'Good connection',
  fair: 'Weak connection',
  poor: 'Poor connection',
};

export const roomMessages = {
  lobby: {
    heading: 'Ready to join?',
    youAre: (name: string) => `You join as ${name}.`,
    with: (name: string) => `With ${name}`,
    preview: 'Camera preview',
    cameraOff: 'Camera is off',
    consentTitle: 'This interview is recorded',
    consentText: (owner: string) =>
      `Video, audio, code, runs and chat are kept on this server. ${owner} can replay them, and so can reviewers they share the interview with.`,
    consent: 'I agree to being recorded',
    notRecorded: 'The call is not recorded. Code, runs and chat are kept with the interview.',
    join: 'Join interview',
    joinMuted: 'You can join without a camera or microphone.',
  },
  devices: {
    microphone: 'Microphone',
    camera: 'Camera',
    speaker: 'Speaker',
    settings: 'Devices',
    level: 'Microphone level',
    unnamed: (kind: string, number: number) => `${kind} ${number}`,
    problem: (kind: DeviceKind, problem: DeviceProblem) => problems[problem](kind),
  },
  call: {
    region: 'Call',
    mute: 'Mute microphone',
    unmute: 'Unmute microphone',
    cameraOff: 'Turn camera off',
    cameraOn: 'Turn camera on',
    you: 'You',
    videoOf: (name: string) => `Video of ${name}`,
    muted: (name: string) => `${name} is muted`,
    alone: 'Nobody else is here yet',
    aloneText: 'They appear here as soon as they join.',
    connecting: 'Connecting the call…',
    broken: 'The call is reconnecting…',
    sound: 'Let the others be heard',
  },
  connection: {
    grade: (grade: Grade) => grades[grade],
    none: 'No call',
    details: 'Connection details',
    rung: 'Path',
    roundTrip: 'Round trip',
    loss: 'Loss',
    sending: 'Sending',
    receiving: 'Receiving',
    ms: (ms: number) => `${Math.round(ms)} ms`,
    percent: (share: number) => `${(share * 100).toFixed(1)} %`,
    kbps: (kbps: number) => `${Math.round(kbps)} kbit/s`,
    unknown: '–',
  },
  bar: {
    recording: 'Recording',
    notRecorded: 'Not recorded',
    recordingFailed: 'Recording failed',
    elapsed: 'Time elapsed',
    saved: (state: SavedState) => saved[state],
    participants: (count: number) => (count === 1 ? '1 person here' : `${count} people here`),
    here: 'In the room',
    invite: 'Copy invite link',
    invited: 'Invite link copied',
    inviteFailed: 'The link could not be copied',
    leave: 'Leave',
    end: 'End interview',
    endTitle: 'End the interview?',
    endText: 'Everybody leaves the room, the recording is closed, and nobody can enter any more.',
    keep: 'Keep it open',
    more: 'More',
    help: 'Keyboard shortcuts',
  },
  shortcuts: {
    run: 'Run the code',
    microphone: 'Mute or unmute',
    camera: 'Camera on or off',
    undo: 'Undo your own changes',
    tab: 'Let Tab leave the editor',
  },
  editor: {
    label: 'Code editor. Press Control M to let Tab leave it.',
    region: 'Code',
    language: 'Language',
    run: 'Run',
    cannotRun: (language: string) => `${language} (cannot run now)`,
    loading: 'Loading the languages failed. Reload the page.',
  },
  output: {
    region: 'Output',
    input: 'Input',
    inputLabel: 'Standard input',
    inputHint: 'What the program reads. Used by the next run of yours.',
    empty: 'Run the code to see its output here.',
    shortcut: 'Ctrl + Enter',
    none: 'The program printed nothing.',
    waiting: (place: number) => (place === 0 ? 'Starting…' : `Waiting: ${place} before this one`),
    running: 'Running…',
    stop: 'Stop',
    history: 'Earlier runs',
    truncated: 'More output was left out: the limit is reached.',
    entry: (number: number, language: string, who: string) => `#${number} · ${language} · ${who}`,
    tooLong: 'The input has at most 64 KiB.',
  },
  chat: {
    region: 'Chat',
    message: 'Message',
    placeholder: 'Write a message',
    send: 'Send message',
    empty: 'Messages are kept with the interview.',
    pending: 'Sending…',
    failed: 'Not sent.',
    retry: 'Send again',
    somebody: 'Somebody',
    unread: (count: number) => `${count} unread`,
  },
  problem: {
    region: 'Problem',
  },
  tabs: {
    label: 'Parts of the room',
    code: 'Code',
    call: 'Call',
    chat: 'Chat',
    output: 'Output',
    problem: 'Problem',
  },
  states: {
    connecting: 'Entering the room…',
    reconnecting: 'Connection lost. Reconnecting… You can go on typing; nothing is lost.',
    endedTitle: 'The interview has ended',
    endedText: 'The room is closed. Everything in it is kept.',
    endedGuest: 'Thank you for taking part. You can close this page.',
    replay: 'Replay',
    back: 'Back to the interview',
    replacedTitle: 'You are in this room elsewhere',
    replacedText: 'You entered it in another window or on another device.',
    takeBack: 'Continue here',
    refusedTitle: 'You cannot enter',
    notYours: 'You do not take part in this interview.',
    noEntry: 'Your invite is no longer valid. Ask the interviewer for a new link.',
    leftTitle: 'You have left',
    leftText: 'The interview goes on without you. You can come back while it is open.',
    again: 'Enter again',
    home: 'Go to interviews',
  },
} as const;

export function phaseTitle(phase: Phase): string {
  return phase.kind === 'replaced'
    ? roomMessages.states.replacedTitle
    : roomMessages.states.refusedTitle;
}
