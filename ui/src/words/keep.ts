// The words of how long things are kept, of backups, and of diagnostics.
import { count, plural } from "../lib/format";

export const keep = {
  retention: {
    title: "How long things are kept",
    activity: "Runs and their changes",
    activityHelp:
      "A change that is gone can be undone no more. The newest 20 runs of each sync stay in any case.",
    requests: "Requests and deliveries",
    requestsHelp: "What was asked of the services, with the answer's status. Never what was in it.",
    forever: "For good",
    days: (n: number) =>
      n % 365 === 0
        ? plural(n / 365, "year")
        : n % 30 === 0 && n < 365
          ? plural(n / 30, "month")
          : plural(n, "day"),
    shorter: {
      title: "Keep less?",
      text: (what: string, days: string) =>
        `${what} older than ${days} are deleted from this computer now, for good. Nothing is changed in the services.`,
      confirm: "Delete what is older",
    },
  },
  backup: {
    title: "Backup",
    make: "Back up to one file",
    makeHelp:
      "Everything Foxbridge knows, encrypted. Only the passphrase opens it; nobody can recover it.",
    open: "Back up",
    restore: "Restore from a file",
    restoreHelp:
      "Puts a backup in place of everything here. What is here now is kept beside the database.",
    pick: "Choose a file",
    passphrase: "Passphrase",
    again: "Passphrase, once more",
    passphraseHelp:
      "At least eight characters. A few words in a row are long, and easy to remember.",
    short: "Fewer than eight characters.",
    differ: "The two differ.",
    secrets: "Include the keys and tokens of the connections",
    secretsHelp: {
      on: "Whoever has the file and the passphrase can use your accounts. Nothing needs to be connected again after a restore.",
      off: "The accounts must be connected again after a restore on another computer.",
    },
    save: "Save the backup",
    saved: (where: string) => `The backup was written to ${where}.`,
    look: "Open the backup",
    from: "From",
    version: "Made by",
    connections: "Connections",
    syncs: "Syncs",
    holds: { true: "with keys and tokens", false: "without keys and tokens" },
    none: "none",
    confirm: "Put it in place of everything",
    restored: "Restored",
    before: "What was here before is kept in",
    without: (names: string) => `Connect again, because their keys were not in it: ${names}.`,
    paused:
      "Nothing begins by itself until you resume. Rehearse first: the services have moved on since the backup.",
    running: "A run that goes on must end first.",
  },
  diagnostics: {
    title: "Diagnostics",
    name: "A bundle for a report of a fault",
    help: "Versions, choices, counts, and which requests were made with which status. No names, addresses, ids, messages, keys or tokens; you can look through it.",
    make: "Make the bundle",
    made: (where: string, bytes: number) => `${where} (${count(Math.ceil(bytes / 1024))} kB)`,
  },
};
