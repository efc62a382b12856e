// The fake host's background worker: paused and resumed, with one sync that runs every hour.
import type { Schedule, TimeWindow, WorkerStatus } from "../contract";
import type { Handlers } from "./fake";

export function workerHandlers(): Handlers {
  let paused = false;
  let quiet: TimeWindow | null = null;
  let schedule: Schedule = { every_minutes: 60, windows: [] };
  const status = (): WorkerStatus => ({
    state: paused ? "paused" : "idle",
    place: "here",
    paused_until: null,
    paused,
    quiet,
    next_run: "2026-11-24T15:00:00Z",
    needs_you: 4,
    syncs: [
      {
        sync: "s-1",
        name: "Sample data",
        running: false,
        next_run: "2026-11-24T15:00:00Z",
        last_success: "2026-11-24T14:00:00Z",
        failures: 0,
        offline: false,
        error: null,
        needs_you: 4,
      },
    ],
  });
  const scheduled = (sync: string) => ({
    sync,
    schedule,
    next_runs: schedule.every_minutes ? ["2026-11-24T15:00:00Z", "2026-11-24T16:00:00Z"] : [],
    time_zone: "Europe/Berlin",
  });
  return {
    "worker.status": status,
    "worker.pause": () => {
      paused = true;
      return status();
    },
    "worker.resume": () => {
      paused = false;
      return status();
    },
    "worker.quiet_hours": (request) => {
      quiet = request.quiet;
      return status();
    },
    "syncs.schedule_get": ({ sync }) => scheduled(sync),
    "syncs.schedule_set": (request) => {
      schedule = request.schedule;
      return scheduled(request.sync);
    },
  };
}
