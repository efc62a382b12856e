// How a firing's state looks.
import type { Tone } from "../../lib/Badge.svelte";
import type { FiringState } from "../../platform/contract";

export function firingTone(state: FiringState): Tone {
  if (state === "done") return "good";
  return state === "asking" || state === "needs_you" ? "warn" : "neutral";
}
