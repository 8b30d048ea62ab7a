import { Button, Tooltip } from '@mantine/core';
import { IconCloudCheck, IconCloudOff, IconCloudUp, IconDoorExit } from '@tabler/icons-react';
import { AppearanceMenu } from '../../shell/AppearanceMenu';
import { ConnectionQuality } from './ConnectionQuality';
import { ElapsedTime } from './ElapsedTime';
import { EndInterview } from './EndInterview';
import { InviteButton } from './InviteButton';
import { roomMessages } from './messages';
import { People } from './People';
import { RecordingBadge } from './RecordingBadge';
import { useRoom, useRoomState } from './RoomContext';
import { ShortcutHelp } from './ShortcutHelp';
import classes from './TopBar.module.css';

const text = roomMessages.bar;

interface Props {
  onLeave: () => void;
  narrow: boolean;
}

/** What is true of the whole room, and the ways out of it. */
export function TopBar({ onLeave, narrow }: Props) {
  const { interview } = useRoom();
  return (
    <header className={classes.bar}>
      <img src="/icon.svg" alt="" width={20} height={20} />
      <h1 className={classes.title}>{interview.title}</h1>
      <ElapsedTime />
      <RecordingBadge />
      <div className={classes.rest}>
        <Saved narrow={narrow} />
        <ConnectionQuality />
        {narrow ? null : (
          <>
            <People />
            <ShortcutHelp />
            <AppearanceMenu />
          </>
        )}
        {interview.may.manage ? (
          <>
            <InviteButton narrow={narrow} />
            <EndInterview narrow={narrow} />
          </>
        ) : null}
        <Button
          variant="default"
          size="xs"
          onClick={onLeave}
          leftSection={narrow ? null : <IconDoorExit size={15} />}
        >
          {text.leave}
        </Button>
      </div>
    </header>
  );
}

const savedIcons = { saved: IconCloudCheck, saving: IconCloudUp, offline: IconCloudOff };

function Saved({ narrow }: { narrow: boolean }) {
  const saved = useRoomState((state) => state.saved);
  const Icon = savedIcons[saved];
  const words = text.saved(saved);
  return (
    <Tooltip label={words}>
      <div className={classes.saved} role="status" data-state={saved}>
        <Icon size={17} stroke={1.7} aria-hidden />
        <span className={narrow || saved === 'offline' ? classes.hidden : undefined}>{words}</span>
      </div>
    </Tooltip>
  );
}
