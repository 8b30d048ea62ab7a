import { useHotkeys } from '@mantine/hooks';
import { SPEEDS } from '../../replay/clock';
import type { ReplayControls } from './useReplayClock';

const STEP_MS = 5_000;
const SKIP_MS = 10_000;

/** The keys that players use everywhere. */
export function useShortcuts(replay: ReplayControls) {
  const faster = (by: number) => {
    const index = SPEEDS.indexOf(replay.clock.speed) + by;
    const speed = SPEEDS[index];
    if (speed !== undefined) replay.setSpeed(speed);
  };
  useHotkeys([
    ['space', replay.toggle],
    ['K', replay.toggle],
    ['J', () => replay.skip(-SKIP_MS)],
    ['L', () => replay.skip(SKIP_MS)],
    ['ArrowLeft', () => replay.skip(-STEP_MS)],
    ['ArrowRight', () => replay.skip(STEP_MS)],
    ['shift+,', () => faster(-1)],
    ['shift+.', () => faster(1)],
  ]);
}
