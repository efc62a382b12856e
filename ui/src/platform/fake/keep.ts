// Files, retention and backups of a fake host.
import type { BackupInfo, Retention, SavedFile } from "../contract";
import type { Handlers } from "./fake";

const file = (name: string, entries: number | null = null): SavedFile => ({
  name,
  path: `/home/ada/${name}`,
  content: null,
  bytes: 20_480,
  entries,
});

export function keepHandlers(): Handlers {
  let retention: Retention = { activity_days: 0, request_days: 90 };
  const info: BackupInfo = {
    made_at: "2026-11-20T08:30:00.000Z",
    version: "0.1.0",
    secrets: false,
    connections: ["Ada's workspace", "Ada's location"],
    syncs: ["Sample data"],
  };
  return {
    "activity.export": ({ format }) => file(`foxbridge-activity.${format}`, 700),
    "retention.get": () => retention,
    "retention.set": (chosen) => (retention = chosen),
    "backup.make": () => file("foxbridge-backup.age"),
    "backup.look": () => info,
    "backup.restore": () => ({
      info,
      before: "/home/ada/before-restore.db",
      to_connect_again: ["Ada's location"],
    }),
    "diagnostics.make": () => file("foxbridge-diagnostics.zip"),
  };
}
