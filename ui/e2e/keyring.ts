// Sessions with a real GNOME Keyring on a bus of their own, in the states a keyring can be in.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Start } from "./host";

export type State = "ready" | "none" | "locked" | "denied" | "hangs" | "empty";

/** A bus that starts no service by itself, so that what runs on it is what was started. */
const bus = (rule: string) => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
    ${rule}
  </policy>
</busconfig>
`;

const daemon = "gnome-keyring-daemon --foreground --components=secrets";
const up = `until dbus-send --session --print-reply --dest=org.freedesktop.DBus / \\
  org.freedesktop.DBus.GetNameOwner string:org.freedesktop.secrets >/dev/null 2>&1; do :; done`;

/** What is done before the program starts. */
const before: Record<State, string> = {
  ready: `echo secret | ${daemon} --unlock >/dev/null 2>&1 & ${up}`,
  none: "",
  // Made with a password, and started again without it.
  locked: `echo secret | ${daemon} --unlock >/dev/null 2>&1 & keyring=$!; ${up}
    kill $keyring; wait $keyring
    ${daemon} --start </dev/null >/dev/null 2>&1 & ${up}`,
  denied: `echo secret | ${daemon} --unlock >/dev/null 2>&1 & ${up}`,
  hangs: `echo secret | ${daemon} --unlock >/dev/null 2>&1 & keyring=$!; ${up}
    kill -STOP $keyring`,
  empty: `${daemon} --start </dev/null >/dev/null 2>&1 & ${up}`,
};

/** Whether this computer has what it takes. */
export function installed(): boolean {
  try {
    for (const program of ["dbus-run-session", "dbus-send", "gnome-keyring-daemon"]) {
      execFileSync("which", [program]);
    }
    return true;
  } catch {
    return false;
  }
}

export function session(state: State) {
  return (command: readonly string[], home: string): Start => {
    const run = join(home, "run");
    mkdirSync(run, { mode: 0o700 });
    const rule = state === "denied" ? '<deny send_destination="org.freedesktop.secrets"/>' : "";
    writeFileSync(join(home, "bus.conf"), bus(rule));
    const script = `${before[state]}\nexec "$@"`;
    return {
      command: [
        ...["dbus-run-session", "--config-file", join(home, "bus.conf"), "--"],
        ...["sh", "-c", script, "sh", ...command],
      ],
      env: {
        HOME: home,
        XDG_DATA_HOME: join(home, "share"),
        XDG_CONFIG_HOME: join(home, "config"),
        XDG_CACHE_HOME: join(home, "cache"),
        XDG_RUNTIME_DIR: run,
        // Nobody can be asked: no prompt is drawn on anybody's screen.
        DISPLAY: "",
        WAYLAND_DISPLAY: "",
        GNOME_KEYRING_CONTROL: "",
      },
    };
  };
}
