// Numbers and times as people read them. Pure: the moment is always handed in.

const number = new Intl.NumberFormat("en-GB");
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const dayWithYear = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "long",
  year: "numeric",
});
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const clockWithSeconds = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** `1,204`. */
export const count = (value: number): string => number.format(value);

/** `1 lead`, `2 leads`. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c`. */
export function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** A length of time in words, from seconds. Never more exact than it is useful. */
export function duration(seconds: number): string {
  if (seconds < 1) return "under a second";
  if (seconds < 60) return plural(Math.round(seconds), "second");
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return plural(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return rest === 0 ? plural(hours, "hour") : `${plural(hours, "hour")} ${rest} min`;
}

/** Milliseconds of one request. */
export const milliseconds = (ms: number): string =>
  ms < 1000 ? `${count(Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;

/** `18 B`, `2 kB`, `3.4 MB`: in steps of 1024. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  const value = bytes / 1024 ** step;
  const digits = step > 0 && value < 10 && !Number.isInteger(value) ? 1 : 0;
  return `${value.toFixed(digits)} ${units[step] ?? ""}`;
}

/** How long ago, loosely: `just now`, `4 min ago`, `yesterday at 14:02`. */
export function ago(at: string, now: number): string {
  const then = Date.parse(at);
  if (Number.isNaN(then)) return at;
  const seconds = (now - then) / 1000;
  if (seconds < 45) return "just now";
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${Math.max(1, minutes)} min ago`;
  const days = dayDistance(then, now);
  if (days === 0) return `today at ${clock.format(then)}`;
  if (days === 1) return `yesterday at ${clock.format(then)}`;
  return dayWithYear.format(then);
}

/** When it will be, loosely: `any moment`, `in 12 min`, `today at 15:00`. */
export function soon(at: string, now: number): string {
  const then = Date.parse(at);
  if (Number.isNaN(then)) return at;
  const minutes = Math.round((then - now) / 60_000);
  if (minutes < 1) return "any moment";
  if (minutes < 60) return `in ${minutes} min`;
  const days = -dayDistance(then, now);
  if (days === 0) return `today at ${clock.format(then)}`;
  if (days === 1) return `tomorrow at ${clock.format(then)}`;
  return `${dayWithYear.format(then)} at ${clock.format(then)}`;
}

/** Heading of a day: `Today`, `Yesterday`, `Monday 3 March`. */
export function dayName(at: string, now: number): string {
  const then = Date.parse(at);
  if (Number.isNaN(then)) return at;
  const days = dayDistance(then, now);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return days < 180 ? day.format(then) : dayWithYear.format(then);
}

/** `14:02:09`. */
export const time = (at: string): string => {
  const then = Date.parse(at);
  return Number.isNaN(then) ? at : clockWithSeconds.format(then);
};

/** The whole moment with its zone, for a tooltip. */
export const moment = (at: string): string => {
  const then = Date.parse(at);
  return Number.isNaN(then) ? at : full.format(then);
};

function dayDistance(then: number, now: number): number {
  const start = (value: number) => new Date(value).setHours(0, 0, 0, 0);
  return Math.round((start(now) - start(then)) / 86_400_000);
}
