import { Select, Stack } from '@mantine/core';
import { IconMicrophone, IconVideo, IconVolume } from '@tabler/icons-react';
import { useStore } from 'zustand';
import { canChooseSpeaker } from '../../media/devices';
import type { LocalMedia } from '../../media/LocalMedia';
import { LevelMeter } from './LevelMeter';
import { roomMessages } from './messages';

const text = roomMessages.devices;

interface Props {
  local: LocalMedia;
  /** Inside of a popover another layer would count as outside. */
  withinPortal?: boolean;
}

/** Which microphone, camera and speaker. */
export function DevicePickers({ local, withinPortal = true }: Props) {
  const { devices, microphone, camera, speakerId } = useStore(local.store);
  const speakers = optionsOf(devices, 'audiooutput', text.speaker);
  const inUse = (track: MediaStreamTrack | null, chosen: string | null) =>
    track?.getSettings().deviceId ?? chosen;
  return (
    <Stack gap="xs">
      <DeviceSelect
        label={text.microphone}
        Icon={IconMicrophone}
        options={optionsOf(devices, 'audioinput', text.microphone)}
        value={inUse(microphone.track, microphone.deviceId)}
        withinPortal={withinPortal}
        onChange={(id) => void local.chooseDevice('microphone', id)}
      />
      <LevelMeter track={microphone.on ? microphone.track : null} />
      <DeviceSelect
        label={text.camera}
        Icon={IconVideo}
        options={optionsOf(devices, 'videoinput', text.camera)}
        value={inUse(camera.track, camera.deviceId)}
        withinPortal={withinPortal}
        onChange={(id) => void local.chooseDevice('camera', id)}
      />
      {canChooseSpeaker() && speakers.length > 0 ? (
        <DeviceSelect
          label={text.speaker}
          Icon={IconVolume}
          options={speakers}
          value={speakerId ?? speakers[0]?.value ?? null}
          withinPortal={withinPortal}
          onChange={(id) => local.chooseSpeaker(id)}
        />
      ) : null}
    </Stack>
  );
}

interface SelectProps {
  label: string;
  Icon: typeof IconVideo;
  options: { value: string; label: string }[];
  value: string | null;
  withinPortal: boolean;
  onChange: (id: string) => void;
}

function DeviceSelect({ label, Icon, options, value, withinPortal, onChange }: SelectProps) {
  return (
    <Select
      aria-label={label}
      placeholder={label}
      leftSection={<Icon size={16} stroke={1.7} />}
      data={options}
      value={value}
      disabled={options.length === 0}
      allowDeselect={false}
      comboboxProps={{ withinPortal }}
      onChange={(id) => id && onChange(id)}
    />
  );
}

function optionsOf(devices: MediaDeviceInfo[], kind: MediaDeviceKind, name: string) {
  return devices
    .filter((device) => device.kind === kind)
    .map(({ deviceId, label }, index) => ({
      value: deviceId,
      label: label || text.unnamed(name, index + 1),
    }));
}
