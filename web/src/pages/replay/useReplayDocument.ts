import { useEffect, useMemo, useState } from "react";
import type { TimelineEvent } from "../../protocol/TimelineEvent";
import { ReplayDocument } from "../../replay/document";

/**
 * The document at the moment shown. The answer is the same object until time goes back, when the
 * document is another one and editors must bind to it anew.
 */
export function useReplayDocument(events: readonly TimelineEvent[], moment: number) {
  const replay = useMemo(() => new ReplayDocument(events), [events]);
  const [shown, setShown] = useState({ doc: replay.doc, awareness: replay.awareness });
  useEffect(() => () => replay.destroy(), [replay]);
  useEffect(() => {
    replay.seek(moment);
    setShown((was) =>
      was.doc === replay.doc ? was : { doc: replay.doc, awareness: replay.awareness },
    );
  }, [replay, moment]);
  return shown;
}
