import { Tooltip } from '@mantine/core';
import { roomMessages } from './messages';
import { useRoomState } from './RoomContext';
import classes from './TopBar.module.css';

const text = roomMessages.bar;
const words = { on: text.recording, off: text.notRecorded, failed: text.recordingFailed };

/** Whether the call is being recorded; always in sight. */
export function RecordingBadge() {
  const recording = useRoomState((state) => state.recording);
  const badge = (
    <div className={classes.recording} data-state={recording.state} role="status">
      <span>{words[recording.state]}</span>
    </div>
  );
  return (
    <Tooltip label={recording.state === 'failed' ? recording.reason : words[recording.state]}>
      {badge}
    </Tooltip>
  );
}
