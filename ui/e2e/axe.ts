// axe-core inside the page: every rule it has by default, on what is there now.
import { expect, type Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** Fails with the rule, the element and what to do about each violation. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  // What is not drawn yet cannot be judged.
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  // Colours are measured as they come to rest, not on their way.
  await page.waitForFunction(() =>
    document.getAnimations().every((one) => {
      const timing = one.effect?.getComputedTiming();
      return one.playState !== "running" || timing?.iterations === Infinity;
    }),
  );
  await page.evaluate(source);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: (where: Document) => Promise<{ violations: Violation[] }> };
    };
    return (await axe.run(document)).violations;
  });
  const told = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `${node.html}\n${node.failureSummary ?? ""}`).join("\n")}`,
  );
  // Soft: one run names every fault of every page.
  expect.soft(told, what).toEqual([]);
}
