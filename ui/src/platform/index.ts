// Chooses the host once, at the start.
import { isTauri } from "@tauri-apps/api/core";
import type { Platform } from "./platform";

export async function hostPlatform(): Promise<Platform> {
  if (import.meta.env.MODE === "fake") return (await import("./fake")).fakePlatform();
  if (isTauri()) return (await import("./tauri")).tauriPlatform();
  return (await import("./web")).webPlatform();
}
