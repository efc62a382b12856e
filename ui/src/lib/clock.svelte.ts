// The moment, for relative times: it moves on by itself, but only while something shows it.
import { createSubscriber } from "svelte/reactivity";

const EVERY_MS = 20_000;

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, EVERY_MS);
  return () => clearInterval(timer);
});

/** Now, in milliseconds. Read in a template or an effect, it is read again every 20 seconds. */
export function now(): number {
  subscribe();
  return Date.now();
}
