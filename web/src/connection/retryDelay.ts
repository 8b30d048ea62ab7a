const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/**
 * How long to wait before the next try after so many failures in a row. Doubles each time, with
 * jitter, so that a restarted server is not met by everybody at the same moment.
 */
export function retryDelay(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return ceiling * (0.5 + random() / 2);
}
