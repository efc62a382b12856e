// How the ways of a trigger, and what is known of it, are tinted.
import type { Tone } from "../../lib/Badge.svelte";
import type { BasisName, TriggerSourceName } from "../../platform/contract";

export const sourceTone: Record<TriggerSourceName, Tone> = {
  webhook: "info",
  detected: "accent",
  schedule: "neutral",
};

export const basisTone: Record<BasisName, Tone> = {
  documented: "good",
  observed: "neutral",
  assumed: "warn",
};
