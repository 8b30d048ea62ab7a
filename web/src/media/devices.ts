export type DeviceKind = 'microphone' | 'camera';

/** Why a microphone or camera cannot be had. */
export type DeviceProblem = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed';

/** Large enough for the tile and the recording, small enough for a weak office line. */
const CAMERA: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 360 },
  frameRate: { ideal: 30, max: 30 },
};

const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/** Opens a device, the chosen one if it is there. Throws what the browser throws. */
export async function openDevice(
  kind: DeviceKind,
  deviceId: string | null,
): Promise<MediaStreamTrack> {
  const wanted = kind === 'camera' ? CAMERA : MICROPHONE;
  const constraints = deviceId ? { ...wanted, deviceId: { ideal: deviceId } } : wanted;
  if (!navigator.mediaDevices) throw new DOMException('insecure context', 'SecurityError');
  const stream = await navigator.mediaDevices.getUserMedia(
    kind === 'camera' ? { video: constraints } : { audio: constraints },
  );
  const [track] = stream.getTracks();
  if (!track) throw new DOMException('no track', 'NotFoundError');
  return track;
}

export function deviceProblem(error: unknown): DeviceProblem {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    case 'SecurityError':
      return 'insecure';
    default:
      return 'failed';
  }
}

/** Every device, named where the person has allowed it. */
export async function listDevices(): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter((device) => device.deviceId !== '');
}

/** Whether this browser can play sound on a chosen device. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}
