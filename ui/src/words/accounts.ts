// The words of signing in, of a connection's life, and of where secrets are kept.
import type { CheckState, SignInKind, VaultKind } from "../platform/contract";
import { count, plural } from "../lib/format";

export const checkState: Record<CheckState, string> = {
  good: "Works",
  warning: "Look at it",
  failed: "Does not work",
  skipped: "Not tried",
};

export const signInKind: Record<SignInKind, string> = {
  key: "by a key",
  oauth: "with your app",
  sample: "sample data",
};

const windowName = (seconds: number) =>
  ({ 10: "10 seconds", 60: "this minute", 86_400: "today" })[seconds] ?? plural(seconds, "second");

export const account = {
  check: "Check now",
  checking: "Checking…",
  notChecked: "Not checked yet",
  checked: "Checked",
  readsOnly: "Reads only",
  readsOnlyHelp: "No sync writes through it. It can change nothing until one does.",
  writes: (syncs: readonly string[]) => `Reads and writes, for ${syncs.join(", ")}`,
  access: "Access",
  age: "Key in use since",
  signedIn: "Signed in",
  budget: "Requests left",
  left: (left: number, limit: number, seconds: number) =>
    `${count(left)} of ${count(limit)} ${seconds === 10 ? "in" : ""} ${windowName(seconds)}`.replace(
      /\s+/g,
      " ",
    ),
  missing: (scopes: readonly string[]) => `It lacks ${plural(scopes.length, "scope")}`,
  due: "This key is old enough to be replaced",
  dueHelp:
    "Make a new one in the service, then replace it here. The old one keeps working meanwhile.",
  rename: "Rename",
  renameHelp: "Empty for the service's own name.",
  name: "Name",
  save: "Save",
  replace: "Replace key",
  replaceHelp:
    "The new key is tried first; one that does not work changes nothing. The old one is kept for seven days, so that you can go back.",
  newKey: "New key",
  again: "Sign in again",
  previous: "The key before it is kept until",
  goBack: "Go back to it",
  remind: "Remind me when it is",
  days: (days: number) => `${plural(days, "day")} old`,
  never: "Never",
  removed: "Removed",
  details: "Last check:",
};

export const signIn = {
  way: "How to sign in",
  ways: { token: "Private integration token", app: "App of your own" },
  tokenHelp:
    "The quickest way: one token, made in HighLevel in a minute. It works until you delete it there.",
  appHelp:
    "For agencies and for teams that already have a marketplace app. HighLevel asks you in the browser; tokens last a day and renew themselves.",
  access: "What Foxbridge may do",
  accesses: { read: "Read only", write: "Read and write" },
  accessHelp: {
    read: "Enough for a rehearsal, which shows what a sync would change. Add the rest when you want to run it.",
    write: "Needed to run a sync. Nothing is written before you start one.",
  },
  scopes: "Tick exactly these scopes",
  copy: "Copy the list",
  redirect: "Redirect URL to register in your app, letter by letter",
  clientId: "Client id",
  clientSecret: "Client secret",
  clientSecretHelp: "From your app in HighLevel's marketplace portal, under Auth.",
  agency: "The app is installed for a whole agency",
  port: "Port",
  portHelp: "In the redirect URL; 47113 when left empty.",
  authorizeUrl: "Sign-in page",
  authorizeUrlHelp: "Leave it empty for HighLevel's. A white-label host has its own.",
  start: "Sign in with HighLevel",
  waiting: "Waiting for your browser…",
  waitingHelp: "Choose the location there and come back. This page goes on by itself.",
  open: "Open the sign-in page",
  cancel: "Cancel",
  choose: "Which location?",
};

export const vault = {
  title: "Where keys are kept",
  kinds: {
    keyring: {
      title: "The system keyring",
      help: "Keychain, Credential Manager, GNOME Keyring or KWallet. Unlocked with your login.",
    },
    passphrase: {
      title: "A file with a passphrase",
      help: "For computers without a keyring. You type the passphrase at each start; it cannot be found again.",
    },
    key_file: {
      title: "A file with a key file",
      help: "For servers. Whoever can read both files can use your accounts.",
    },
  } satisfies Record<VaultKind, { title: string; help: string }>,
  use: "Use this",
  moves: "Keys that are kept already move there, and are wiped where they were.",
  passphrase: "Passphrase",
  passphraseHelp: "At least eight characters; three or four words are better.",
  again: "Once more",
  differ: "The two differ.",
  keyFile: "Key file",
  unlock: "Unlock",
  fixed: "An option of this start decides it.",
  ready: "In use",
  now: "Now",
};
