/** Who answers, as far as the session description tells. */
export interface Answerer {
  fingerprint: string | null;
  ufrag: string | null;
}

export function answererOf(sdp: string): Answerer {
  return {
    fingerprint: attribute(sdp, 'fingerprint'),
    ufrag: attribute(sdp, 'ice-ufrag'),
  };
}

/**
 * Whether an answer comes from a server that does not know our connection (it was restarted): other
 * keys, or other ICE credentials although we did not ask for new ones. Then only a new connection
 * helps.
 */
export function isStranger(before: Answerer | null, now: Answerer, iceRestarted: boolean): boolean {
  if (!before) return false;
  if (before.fingerprint !== now.fingerprint) return true;
  return !iceRestarted && before.ufrag !== now.ufrag;
}

function attribute(sdp: string, name: string): string | null {
  return new RegExp(`^a=${name}:(.*?)\\s*$`, 'm').exec(sdp)?.[1] ?? null;
}
