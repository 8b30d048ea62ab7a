import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  type DeviceKind,
  type DeviceProblem,
  deviceProblem,
  listDevices,
  openDevice,
} from './devices';

/** One of our own devices. */
export interface DeviceState {
  /** The person wants to be heard or seen. */
  on: boolean;
  /** What the device gives; a muted microphone stays open, a camera that is off does not. */
  track: MediaStreamTrack | null;
  deviceId: string | null;
  problem: DeviceProblem | null;
}

export interface LocalMediaState {
  microphone: DeviceState;
  camera: DeviceState;
  speakerId: string | null;
  devices: MediaDeviceInfo[];
}

/** What was chosen before, in this tab. */
export interface DeviceChoices {
  microphoneOn: boolean;
  cameraOn: boolean;
  microphoneId: string | null;
  cameraId: string | null;
  speakerId: string | null;
}

export const defaultChoices: DeviceChoices = {
  microphoneOn: true,
  cameraOn: true,
  microphoneId: null,
  cameraId: null,
  speakerId: null,
};

type Open = (kind: DeviceKind, deviceId: string | null) => Promise<MediaStreamTrack>;

/** Our own microphone and camera: opened, muted, exchanged. */
export class LocalMedia {
  readonly store: StoreApi<LocalMediaState>;
  /** Changes of one device wait for each other: a camera cannot be opened while it closes. */
  private readonly work: Record<DeviceKind, Promise<void>> = {
    microphone: Promise.resolve(),
    camera: Promise.resolve(),
  };
  private running = false;

  constructor(
    choices: DeviceChoices,
    private readonly open: Open = openDevice,
  ) {
    const device = (on: boolean, deviceId: string | null): DeviceState => ({
      on,
      deviceId,
      track: null,
      problem: null,
    });
    this.store = createStore(() => ({
      microphone: device(choices.microphoneOn, choices.microphoneId),
      camera: device(choices.cameraOn, choices.cameraId),
      speakerId: choices.speakerId,
      devices: [],
    }));
  }

  start(): void {
    this.running = true;
    navigator.mediaDevices?.addEventListener('devicechange', this.refresh);
    void this.refresh();
    void this.settle('microphone');
    void this.settle('camera');
  }

  stop(): void {
    this.running = false;
    navigator.mediaDevices?.removeEventListener('devicechange', this.refresh);
    void this.settle('microphone');
    void this.settle('camera');
  }

  choices(): DeviceChoices {
    const { microphone, camera, speakerId } = this.store.getState();
    return {
      microphoneOn: microphone.on,
      cameraOn: camera.on,
      microphoneId: microphone.deviceId,
      cameraId: camera.deviceId,
      speakerId,
    };
  }

  /** Mutes or unmutes the microphone, switches the camera off or on. */
  setOn(kind: DeviceKind, on: boolean): Promise<void> {
    this.change(kind, { on, problem: null });
    return this.settle(kind);
  }

  chooseDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    this.change(kind, { deviceId, problem: null });
    return this.settle(kind, true);
  }

  chooseSpeaker(speakerId: string): void {
    this.store.setState({ speakerId });
  }

  /** Brings the device to where the state says it should be. */
  private settle(kind: DeviceKind, reopen = false): Promise<void> {
    const done = this.work[kind].then(() => this.settleNow(kind, reopen));
    this.work[kind] = done;
    return done;
  }

  private async settleNow(kind: DeviceKind, reopen: boolean) {
    const { on, track, deviceId } = this.store.getState()[kind];
    const keep = this.running && (on || (kind === 'microphone' && track !== null));
    if (track && (!keep || reopen)) this.close(kind, track);
    if (!this.running || !(on || keep)) return;

    const open = this.store.getState()[kind].track;
    if (open) {
      open.enabled = on;
      return;
    }
    try {
      const opened = await this.open(kind, deviceId);
      opened.enabled = this.store.getState()[kind].on;
      opened.onended = () => void this.unplugged(kind, opened);
      this.change(kind, { track: opened, problem: null });
      void this.refresh();
    } catch (error) {
      this.change(kind, { on: false, problem: deviceProblem(error) });
    }
  }

  private close(kind: DeviceKind, track: MediaStreamTrack) {
    track.onended = null;
    track.stop();
    this.change(kind, { track: null });
  }

  /** The device went away: another one of its kind takes over, if there is one. */
  private unplugged(kind: DeviceKind, track: MediaStreamTrack) {
    if (this.store.getState()[kind].track !== track) return;
    this.change(kind, { track: null, deviceId: null });
    return this.settle(kind);
  }

  private change(kind: DeviceKind, changes: Partial<DeviceState>) {
    this.store.setState((state) => ({ [kind]: { ...state[kind], ...changes } }));
  }

  private readonly refresh = async () => {
    const devices = await listDevices().catch(() => []);
    this.store.setState({ devices });
  };
}
