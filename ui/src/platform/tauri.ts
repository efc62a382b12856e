// The desktop shell as host: one command in, one event out.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Commands, Event } from "./contract";
import { Listeners, toHostError, type Platform } from "./platform";

export async function tauriPlatform(): Promise<Platform> {
  const events = new Listeners<Event>();
  await listen<Event>("foxbridge", ({ payload }) => events.tell(payload));

  return {
    capabilities: { tray: true },
    async call<C extends keyof Commands>(command: C, request: Commands[C]["request"]) {
      try {
        return await invoke<Commands[C]["response"]>("rpc", { command, request });
      } catch (thrown) {
        throw toHostError(thrown);
      }
    },
    onEvent: (hear) => events.add(hear),
    // The shell and this page end together.
    onReachable: () => () => {},
  };
}
