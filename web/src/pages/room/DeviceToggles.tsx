import { ActionIcon, Tooltip } from '@mantine/core';
import { IconMicrophone, IconMicrophoneOff, IconVideo, IconVideoOff } from '@tabler/icons-react';
import { useStore } from 'zustand';
import type { LocalMedia } from '../../media/LocalMedia';
import classes from './DeviceToggles.module.css';
import { roomMessages } from './messages';

const text = roomMessages.call;

/** Mute and camera, on the picture they are about. */
export function DeviceToggles({ local }: { local: LocalMedia }) {
  return (
    <div className={classes.toggles}>
      <MicrophoneToggle local={local} />
      <CameraToggle local={local} />
    </div>
  );
}

export function MicrophoneToggle({ local }: { local: LocalMedia }) {
  const on = useStore(local.store, (state) => state.microphone.on);
  const label = on ? text.mute : text.unmute;
  return (
    <Tooltip label={`${label} (Ctrl + D)`}>
      <ActionIcon
        size={38}
        radius={999}
        className={classes.toggle}
        data-on={on}
        aria-label={label}
        aria-keyshortcuts="Control+D"
        onClick={() => void local.setOn('microphone', !on)}
      >
        {on ? <IconMicrophone size={18} /> : <IconMicrophoneOff size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

export function CameraToggle({ local }: { local: LocalMedia }) {
  const on = useStore(local.store, (state) => state.camera.on);
  const label = on ? text.cameraOff : text.cameraOn;
  return (
    <Tooltip label={`${label} (Ctrl + E)`}>
      <ActionIcon
        size={38}
        radius={999}
        className={classes.toggle}
        data-on={on}
        aria-label={label}
        aria-keyshortcuts="Control+E"
        onClick={() => void local.setOn('camera', !on)}
      >
        {on ? <IconVideo size={18} /> : <IconVideoOff size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}
