// The desktop shell as host: one command in, one event out.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Commands, Event, SavedFile } from "./contract";
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
    async save(command, request, name) {
      try {
        const asked = { command: "files.save", request: { command, request, name } };
        return (await invoke<SavedFile | null>("rpc", asked)) ?? undefined;
      } catch (thrown) {
        throw toHostError(thrown);
      }
    },
    async pick(extension) {
      try {
        const asked = { command: "files.pick", request: { extension } };
        const from = await invoke<string | null>("rpc", asked);
        return from === null ? undefined : { name: from, from };
      } catch (thrown) {
        throw toHostError(thrown);
      }
    },
    onEvent: (hear) => events.add(hear),
    // The shell and this page end together.
    onReachable: () => () => {},
  };
}
