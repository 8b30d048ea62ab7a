const dayAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });
const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const shortDay = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});

const DAY_MS = 86_400_000;

/** Such as "Today, 14:30", "Tomorrow, 09:00" or "3 Dec 2026, 14:30", in the local time zone. */
export function formatMoment(at: number, now: number = Date.now()): string {
  const days = Math.round((startOfDay(at) - startOfDay(now)) / DAY_MS);
  const name = { '-1': 'Yesterday', '0': 'Today', '1': 'Tomorrow' }[String(days)];
  return name ? `${name}, ${time.format(at)}` : dayAndTime.format(at);
}

/** Such as "3 Dec 2026", in the local time zone. */
export function formatDay(at: number): string {
  return day.format(at);
}

/** Such as "14:30", in the local time zone. */
export function formatTime(at: number): string {
  return time.format(at);
}

/** Such as "3 Dec", in UTC, as the server counts weeks. */
export function formatWeek(monday: number): string {
  return shortDay.format(monday);
}

/** Such as "48 s", "37 min" or "1 h 05 min". */
export function formatLength(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A place on the interview's clock: "07:05" or "1:07:05". */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((n) =>
    String(n).padStart(2, '0'),
  );
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? [hours, ...parts].join(':') : parts.join(':');
}

/** The value of a `datetime-local` input for a moment, in the local time zone. */
export function toLocalInput(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return (
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}` +
    `T${two(date.getHours())}:${two(date.getMinutes())}`
  );
}

/** The moment that a `datetime-local` input names; `null` for an empty or unfinished one. */
export function fromLocalInput(value: string): number | null {
  const at = value === '' ? Number.NaN : new Date(value).getTime();
  return Number.isNaN(at) ? null : at;
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
