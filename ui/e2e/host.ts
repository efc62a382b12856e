// The real host behind the real pages: one development server with its own data and key file.
import { test as base, expect, type Page } from "@playwright/test";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const root = join(import.meta.dirname, "../..");
/** How many times slower the browser is made, to see that no test leans on a fast machine. */
const slow = Number(process.env.FOXBRIDGE_E2E_SLOW ?? 1);
const binary = process.env.FOXBRIDGE_DEVSERVER ?? join(root, "target/debug/foxbridge-devserver");

export interface Host {
  url: string;
  stop: () => Promise<void>;
}

/** A program to start, and its surroundings. */
export interface Start {
  command: readonly string[];
  env?: Record<string, string>;
}

/**
 * Starts a server on a free port; its first line says where. Its secrets are in a file with a key file
 * beside it, unless `around` puts it into a session with a keyring of its own. `before` may fill the
 * folder.
 */
export async function startHost(
  around?: (command: readonly string[], home: string) => Start,
  before?: (data: string, key: string) => void,
): Promise<Host> {
  const data = mkdtempSync(join(tmpdir(), "foxbridge-e2e-"));
  before?.(data, join(data, "key"));
  const plain = [binary, "--port", "0", "--ui", join(root, "ui/dist")];
  const { command, env } = around
    ? around([...plain, "--data-dir", join(data, "data")], data)
    : { command: [...plain, "--data-dir", data, "--vault-key-file", join(data, "key")] };
  const [program = binary, ...args] = command;
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
    // A session is more than one process: they are ended as a group.
    detached: around !== undefined,
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const url = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${binary} ended at once, with ${code}`)));
    createInterface({ input: child.stdout }).once("line", (line) => {
      resolve((JSON.parse(line) as { url: string }).url);
    });
  });
  return {
    url,
    stop: async () => {
      if (around && child.pid) process.kill(-child.pid, "SIGKILL");
      else child.kill("SIGTERM");
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

interface Fixtures {
  /** Opens a page of the app by its hash. */
  open: (hash: string) => Promise<void>;
}

/** One host for all tests of a file: they tell one story, in order. See `story`. */
export const test = base.extend<Fixtures, { story: string; host: Host }>({
  page: async ({ page }, use) => {
    if (slow > 1) await slowDown(page);
    await use(page);
  },
  // Files name different stories: another story is another worker, and so another host.
  story: ["", { scope: "worker", option: true }],
  host: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names from here
    async ({}, use) => {
      const host = await startHost();
      await use(host);
      await host.stop();
    },
    { scope: "worker" },
  ],
  open: async ({ page, host }, use) => {
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => {
      // The browser's own line about a refused command; the page tells that one itself.
      const refused = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !refused) wrong.push(message.text());
    });
    await use(async (hash) => {
      await page.goto(host.url + hash);
    });
    expect(wrong, "nothing goes wrong unseen").toEqual([]);
  },
});

export { expect };

/** A slow processor, and answers that come late and not in the order they were asked for. */
async function slowDown(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slow });
  await page.route("**/rpc/**", async (route) => {
    await new Promise((go) => setTimeout(go, Math.random() * 100 * slow));
    await route.continue();
  });
}

/** Clicks through to a sync on sample data that has not run yet. Answers with its id. */
export async function startSample(page: Page): Promise<string> {
  await page.getByTestId("start-sample").click();
  await expect(page.getByTestId("rehearse")).toBeVisible();
  return syncIdOf(page);
}

export function syncIdOf(page: Page): string {
  const id = /#\/sync\/(.+)$/.exec(page.url())?.[1];
  if (!id) throw new Error(`no sync in ${page.url()}`);
  return id;
}

/** Waits until the newest run has ended well. */
export async function waitForDone(page: Page): Promise<void> {
  await expect(page.getByTestId("run-state")).toHaveAttribute("data-state", "done", {
    timeout: 90_000,
  });
}
