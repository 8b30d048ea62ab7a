import { useEffect, useMemo, useState } from 'react';
import type { TimelineEvent } from '../../protocol/TimelineEvent';
import { ReplayDocument } from '../../replay/document';

/**
 * The document at the moment shown. `doc` is the same object until time goes back, when the
 * document is another one and editors must bind to it anew.
 */
export function useReplayDocument(events: readonly TimelineEvent[], moment: number) {
  const replay = useMemo(() => new ReplayDocument(events), [events]);
  const [shown, setShown] = useState(() => look(replay));
  useEffect(() => () => replay.destroy(), [replay]);
  useEffect(() => {
    replay.seek(moment);
    setShown((was) => {
      const now = look(replay);
      return was.doc === now.doc && was.language === now.language ? was : now;
    });
  }, [replay, moment]);
  return shown;
}

function look(replay: ReplayDocument) {
  const { doc, awareness, language } = replay;
  return { doc, awareness, language };
}
