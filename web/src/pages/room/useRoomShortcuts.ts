import { useEffect, useRef } from 'react';
import { useRoom } from './RoomContext';

/** Mute, camera and run from anywhere in the room. */
export function useRoomShortcuts(run: () => void): void {
  const { local } = useRoom();
  const latestRun = useRef(run);
  useEffect(() => {
    latestRun.current = run;
  }, [run]);

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      const { microphone, camera } = local.store.getState();
      switch (event.key.toLowerCase()) {
        case 'd':
          void local.setOn('microphone', !microphone.on);
          break;
        case 'e':
          void local.setOn('camera', !camera.on);
          break;
        case 'enter':
          latestRun.current();
          break;
        default:
          return;
      }
      // Before the editor and the browser give these keys a meaning of their own.
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener('keydown', pressed, { capture: true });
    return () => window.removeEventListener('keydown', pressed, { capture: true });
  }, [local]);
}
