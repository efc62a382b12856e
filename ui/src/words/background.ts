// The words of what goes on by itself: schedules, pauses, quiet hours; and of the home page.
import type { WorkerState } from "../platform/contract";
import { count, plural } from "../lib/format";

export const workerState: Record<WorkerState, { title: string; help: string }> = {
  syncing: { title: "Syncing", help: "A sync runs now." },
  paused: { title: "Paused", help: "Nothing begins by itself until the pause ends." },
  offline: { title: "Offline", help: "A service cannot be reached. It is tried again by itself." },
  error: { title: "Failing", help: "The last run of a sync failed. It is tried again by itself." },
  needs_you: { title: "Needs you", help: "Something waits for your decision." },
  idle: { title: "In step", help: "Everything that is due has run." },
};

export const background = {
  title: "Background",
  state: "Now",
  elsewhere:
    "Another Foxbridge on the same data runs the schedules; this one takes over when it ends.",
  pause: "Pause",
  pauses: { hour: "For an hour", tomorrow: "Until tomorrow", resumed: "Until I resume" },
  pausedUntil: "until",
  resume: "Resume",
  quiet: "Quiet hours",
  quietHelp: "Nothing begins by itself and no notification is shown, whatever the schedules say.",
  quietOn: "Keep quiet hours",
  from: "From",
  until: "Until",
  launch: "Start with the computer",
  launchHelp: "Without a window; Foxbridge waits in the tray.",
  notifications: "Notifications",
  notificationsHelp: "Only for what needs a person, all of it in one. Never in the quiet hours.",
};

export const schedule = {
  title: "Schedule",
  every: "Runs by itself",
  onDemand: "On demand only",
  minutes: (n: number) =>
    n % 1440 === 0
      ? n === 1440
        ? "Once a day"
        : `Every ${n / 1440} days`
      : n % 60 === 0
        ? n === 60
          ? "Every hour"
          : `Every ${n / 60} hours`
        : `Every ${n} minutes`,
  windows: "Only in these hours",
  anyTime: "At any time.",
  addWindow: "Add hours",
  removeWindow: "Remove these hours",
  days: "Days",
  everyDay: "Every day",
  weekdays: "Monday to Friday",
  weekend: "Saturday and Sunday",
  some: "Chosen days",
  next: "Next",
  none: "It runs when you say so.",
  zone: (zone: string) => `By the clock of ${zone}.`,
};

export const calls = {
  title: "Calls today",
  help: "What this sync sent in the last 24 hours, and what everybody together may still send.",
  used: (n: number) => plural(n, "call"),
  left: (left: number, of: number, seconds: number) =>
    `${count(left)} of ${count(of)} left ${seconds === 60 ? "this minute" : "today"}`,
};

export const home = {
  title: "Home",
  needsYou: (n: number) => `${n === 1 ? "1 thing needs" : `${count(n)} things need`} you`,
  needsYouHelp: "Everything else goes on meanwhile.",
  decide: "Decide",
  fine: "Nothing needs you",
  fineHelp: "When a match is not beyond doubt, or a service refuses a record, it shows here first.",
  last: "Last",
  next: "Next",
  never: "never",
  onDemand: "on demand",
  changes: "Changes, the last 14 days",
  noChanges: "Nothing was changed in the last 14 days.",
  day: (day: string, n: number) => `${day}: ${plural(n, "change")}`,
};
