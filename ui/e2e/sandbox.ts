// Two services on loopback that stand for the live ones, for stories about one's own accounts.
import type { Page } from "@playwright/test";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, root } from "./host";

export interface Credentials {
  highlevel: { base_url: string; token: string; location_id: string };
  aimfox: { base_url: string; api_key: string };
}

export interface Sandbox extends Credentials {
  stop: () => Promise<void>;
}

/** Starts both services on free ports, with more options if given; the first line says where. */
export async function startSandbox(...more: string[]): Promise<Sandbox> {
  const binary = process.env.FOXBRIDGE ?? join(root, "target/debug/foxbridge");
  const args = "sandbox serve --seed 7 --contacts 30 --leads 24 --overlap 9"
    .split(" ")
    .concat(more);
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const credentials = await new Promise<Credentials>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${binary} ended at once, with ${code}`)));
    createInterface({ input: child.stdout }).once("line", (line) => {
      resolve(JSON.parse(line) as Credentials);
    });
  });
  return {
    ...credentials,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** How many requests a service has had. */
export async function requests(base: string): Promise<number> {
  const stats = (await (await fetch(`${base}/_sandbox/stats`)).json()) as { requests: number };
  return stats.requests;
}

/** A walk by the keyboard alone. */
export class Keys {
  constructor(private readonly page: Page) {}

  /** Tabs on until the element has the focus, and shows it, as a person would. */
  async tabTo(selector: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    const there = this.page.locator(selector);
    await expect(there).toBeVisible();
    for (let presses = 0; presses < 80; presses++) {
      const focus = await there.evaluate((element) => ({
        here: element === document.activeElement,
        shown: element.matches(":focus-visible"),
      }));
      if (focus.here) {
        expect(focus.shown, `${selector} shows that it has the focus`).toBe(true);
        return;
      }
      await this.page.keyboard.press(key);
    }
    throw new Error(`${selector} cannot be reached by Tab`);
  }

  press = (key: string): Promise<void> => this.page.keyboard.press(key);
  type = (text: string): Promise<void> => this.page.keyboard.type(text);
}
