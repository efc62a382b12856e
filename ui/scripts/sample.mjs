// The sample, synced once, and what somebody may do to it from outside.
import { LONG, stage } from "./stage.mjs";

/** A stage whose sample has been synced. */
export async function sample() {
  const staged = await stage();
  const { page, at, go, call } = staged;
  await go("#/start");
  await at("start-sample").click();
  await at("run").click();
  await page.locator('[data-testid="run-state"][data-state="done"]').waitFor(LONG);
  const [sync] = await call("syncs.list", {});
  const query = { sync: sync.id, state: "linked", offset: 0, limit: 20 };
  const { people } = await call("people.list", query);
  return {
    ...staged,
    sync,
    people,
    /**
     * An operation by hand, which was confirmed.
     * @param {"highlevel" | "aimfox"} service
     * @param {string} operation
     * @param {object} params
     * @param {object} [body]
     */
    operate: (service, operation, params, body) =>
      call("operations.call", {
        connection: sync[service],
        operation: `${service}.${operation}`,
        params,
        body,
        confirm: true,
      }),
    /**
     * Runs the sync until what somebody did has been seen: the search shows it two seconds late.
     * @param {() => Promise<boolean>} seen
     */
    runUntil: async (seen) => {
      for (;;) {
        await go(`#/sync/${sync.id}`);
        await at("run").click();
        await page.locator('[data-testid="run-state"][data-state="done"]').waitFor(LONG);
        if (await seen()) return;
      }
    },
  };
}
