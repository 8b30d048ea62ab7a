import { expect, it, vi } from 'vitest';
import { defaultChoices, LocalMedia } from './LocalMedia';

function fakeTrack(kind: string) {
  return { kind, enabled: true, stop: vi.fn(), onended: null } as unknown as MediaStreamTrack;
}

function media(choices = defaultChoices, open = vi.fn(async (kind: string) => fakeTrack(kind))) {
  const local = new LocalMedia(choices, open);
  return { local, open, state: () => local.store.getState() };
}

const settle = () => new Promise((done) => setTimeout(done));

it('opens both devices at the start', async () => {
  const { local, open, state } = media();
  local.start();
  await settle();
  expect(open.mock.calls.map(([kind]) => kind).sort()).toEqual(['camera', 'microphone']);
  expect(state().camera.track).not.toBeNull();
});

it('does not touch a device that is off', async () => {
  const { local, open } = media({ ...defaultChoices, cameraOn: false, microphoneOn: false });
  local.start();
  await settle();
  expect(open).not.toHaveBeenCalled();
});

it('mutes the microphone without closing it', async () => {
  const { local, state } = media();
  local.start();
  await settle();
  const { track } = state().microphone;
  await local.setOn('microphone', false);
  expect(state().microphone.track).toBe(track);
  expect(track?.enabled).toBe(false);
  expect(track?.stop).not.toHaveBeenCalled();
  await local.setOn('microphone', true);
  expect(track?.enabled).toBe(true);
});

it('lets go of the camera when it is switched off, so that its light goes out', async () => {
  const { local, open, state } = media();
  local.start();
  await settle();
  const { track } = state().camera;
  await local.setOn('camera', false);
  expect(track?.stop).toHaveBeenCalled();
  expect(state().camera.track).toBeNull();
  await local.setOn('camera', true);
  expect(open.mock.calls.filter(([kind]) => kind === 'camera')).toHaveLength(2);
});

it('ends where the last click was, however fast they came', async () => {
  const { local, state } = media();
  local.start();
  void local.setOn('camera', false);
  void local.setOn('camera', true);
  await local.setOn('camera', false);
  expect(state().camera).toMatchObject({ on: false, track: null });
});

it.each([
  ['NotAllowedError', 'denied'],
  ['NotFoundError', 'missing'],
  ['NotReadableError', 'busy'],
])('says what %s means, and leaves the device off', async (name, problem) => {
  const refuse = vi.fn(async (): Promise<MediaStreamTrack> => {
    throw new DOMException('', name);
  });
  const { local, state } = media(defaultChoices, refuse);
  local.start();
  await settle();
  expect(state().camera).toMatchObject({ on: false, problem });
});

it('opens the chosen device in place of the other', async () => {
  const { local, open, state } = media();
  local.start();
  await settle();
  const before = state().camera.track;
  await local.chooseDevice('camera', 'usb');
  expect(before?.stop).toHaveBeenCalled();
  expect(open).toHaveBeenLastCalledWith('camera', 'usb');
  expect(state().camera.track).not.toBe(before);
});

it('takes another device when one is unplugged', async () => {
  const { local, open, state } = media({ ...defaultChoices, cameraId: 'usb' });
  local.start();
  await settle();
  state().camera.track?.onended?.(new Event('ended'));
  await settle();
  expect(open).toHaveBeenLastCalledWith('camera', null);
});

it('lets go of everything at the end', async () => {
  const { local, state } = media();
  local.start();
  await settle();
  const tracks = [state().camera.track, state().microphone.track];
  local.stop();
  await settle();
  for (const track of tracks) expect(track?.stop).toHaveBeenCalled();
});
