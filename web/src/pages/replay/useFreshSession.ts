import { useEffect } from 'react';
import { refreshSession } from '../../api/client';

/** Well below the life of an access token. */
const EVERY_MS = 5 * 60_000;

/**
 * Media elements fetch by themselves and cannot renew a session that runs out in the middle of a
 * long replay, so it is renewed for them.
 */
export function useFreshSession() {
  useEffect(() => {
    const timer = setInterval(() => {
      // Offline for a moment: the next time will do.
      void refreshSession().catch(() => undefined);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
}
