import { useEffect, useState } from 'react';
import { defaultChoices, LocalMedia } from '../../media/LocalMedia';
import type { InterviewId } from '../../protocol/InterviewId';
import { recall, remember } from './remembered';

/** Our own devices, as chosen in this tab before; open as long as `active`. */
export function useOwnMedia(interview: InterviewId, active: boolean): LocalMedia {
  const [local] = useState(() => new LocalMedia(recall(interview)?.choices ?? defaultChoices));

  useEffect(() => {
    if (!active) return;
    local.start();
    return () => local.stop();
  }, [local, active]);

  useEffect(
    () =>
      local.store.subscribe(() => {
        const before = recall(interview);
        if (before) remember(interview, { ...before, choices: local.choices() });
      }),
    [local, interview],
  );
  return local;
}
