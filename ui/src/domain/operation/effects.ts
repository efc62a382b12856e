// How an effect and a switch are tinted.
import type { Tone } from "../../lib/Badge.svelte";
import type { EffectName, SwitchName } from "../../platform/contract";

export const effectTone: Record<EffectName, Tone> = {
  read: "neutral",
  write: "info",
  outreach: "warn",
  destructive: "bad",
};

export const switchTone: Record<SwitchName, Tone> = {
  allowed: "good",
  ask: "warn",
  blocked: "bad",
};
