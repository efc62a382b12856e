// Records that mean no good, or only look like it: markup, right to left, emoji, a name of ten
// thousand letters. They pass through a rehearsal and are looked at on every page that shows records.
import { expectAccessible } from "./axe";
import { expect, test, type Host } from "./host";
import { startSandbox, type Sandbox } from "./sandbox";

test.use({ story: "hostile" });
test.describe.configure({ mode: "serial" });

const MARKUP = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
const NAMES = [
  MARKUP,
  "مرحبا بكم في فوكسبريدج",
  "\u202Etxt.exe",
  "👩‍👩‍👧‍👦🦊🏴󠁧󠁢󠁳󠁣󠁴󠁿",
  "Ω".repeat(10_000),
  "{{constructor.constructor('window.hacked=1')()}}",
];

/** Words that are cut off at an edge without saying so; run inside the page. */
function cut(): string[] {
  const found: string[] = [];
  for (const element of document.querySelectorAll<HTMLElement>("main *, nav *")) {
    const own = [...element.childNodes].some((one) => one.nodeType === 3 && one.nodeValue?.trim());
    if (!own || !element.checkVisibility()) continue;
    const { right, width } = element.getBoundingClientRect();
    for (let box: HTMLElement | null = element; box && width > 1; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.textOverflow === "ellipsis" || style.clipPath !== "none") break;
      // What scrolls is no edge; what scrolls sideways is looked at below.
      if (style.overflowX === "auto" || style.overflowX === "scroll") break;
      if (style.overflowX !== "visible" && right > box.getBoundingClientRect().right + 1) {
        found.push(`${element.textContent.slice(0, 60)} in .${box.className}`);
        break;
      }
    }
  }
  return found;
}

let sandbox: Sandbox;
test.beforeAll(async () => {
  sandbox = await startSandbox("--highlevel-per-10s", "100000", "--aimfox-per-minute", "100000");
});
test.afterAll(() => sandbox.stop());

async function highlevel<T>(method: string, path: string, body: unknown): Promise<T> {
  const { base_url, token } = sandbox.highlevel;
  const answer = await fetch(base_url + path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      Version: "2021-07-28",
      "Content-Type": "application/json",
    },
    body: JSON.stringify(body),
  });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  return (await answer.json()) as T;
}

/** A command of the host, as another program would send it. */
async function call<T>(host: Host, command: string, request: unknown): Promise<T> {
  const url = new URL(host.url);
  const answer = await fetch(`${url.origin}/rpc/${command}`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${url.searchParams.get("token") ?? ""}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(request),
  });
  const body: unknown = await answer.json();
  expect(answer.ok, `${command}: ${JSON.stringify(body)}`).toBe(true);
  return body as T;
}

interface Found {
  contacts: { id: string; firstName?: string }[];
}
const everybody = () =>
  highlevel<Found>("POST", "/contacts/search", {
    locationId: sandbox.highlevel.location_id,
    page: 1,
    pageLimit: 100,
  });

test("hostile records are text on every page, and nothing else", async ({ page, host, open }) => {
  const { contacts } = await everybody();
  for (const [at, { id }] of contacts.entries()) {
    const name = NAMES[at % NAMES.length] ?? "";
    await highlevel("PUT", `/contacts/${id}`, { firstName: name, lastName: name });
    await highlevel("POST", `/contacts/${id}/tags`, { tags: [MARKUP, name.slice(0, 300)] });
    await highlevel("POST", `/contacts/${id}/notes`, { body: `<b>${MARKUP}</b> ${name}` });
    const task = { title: `${MARKUP} ${name.slice(0, 300)}`, dueDate: "2027-01-05T10:00:00Z" };
    await highlevel("POST", `/contacts/${id}/tasks`, { ...task, completed: false });
  }
  // The search shows what was written a little later, as the live one does.
  await expect
    .poll(async () => (await everybody()).contacts.filter((one) => one.firstName === MARKUP).length)
    .toBeGreaterThan(3);

  const highlevelOne = await call<{ id: string }>(host, "connections.connect_highlevel", {
    base_url: sandbox.highlevel.base_url,
    location_id: sandbox.highlevel.location_id,
    token: sandbox.highlevel.token,
  });
  const aimfoxOne = await call<{ id: string }>(host, "connections.connect_aimfox", {
    base_url: sandbox.aimfox.base_url,
    api_key: sandbox.aimfox.api_key,
  });
  const { id: sync } = await call<{ id: string }>(host, "syncs.create", {
    highlevel: highlevelOne.id,
    aimfox: aimfoxOne.id,
    name: `${MARKUP} ${NAMES[1] ?? ""}`,
  });
  const { id: run } = await call<{ id: string }>(host, "runs.start", { sync, rehearsal: true });
  await expect
    .poll(async () => (await call<{ state: string }>(host, "runs.get", { run })).state, {
      timeout: 100_000,
    })
    .toBe("done");

  const people = await call<{
    people: { name: string; lead_id: string | null; contact_id: string | null }[];
  }>(host, "people.list", { sync, limit: 100, offset: 0 });
  const nasty = NAMES.map((name) => people.people.find((one) => one.name.includes(name)));
  // Each page, and what of it shows records.
  const pages: (readonly [hash: string, shows: string])[] = [
    ["#/", "home-sync"],
    [`#/sync/${sync}`, "last-run"],
    [`#/run/${run}`, "change-detail"],
    [`#/mapping/${sync}`, "sample-person"],
    [`#/people/${sync}`, "person-row"],
    ...nasty.map((one) => {
      const who = one?.lead_id ? `l/${one.lead_id}` : `c/${one?.contact_id}`;
      return [`#/person/${encodeURIComponent(`${sync}/${who}`)}`, "record-highlevel"] as const;
    }),
    ["#/needs-you", "inbox-row"],
    ["#/activity", "activity-entry"],
    ["#/welcome", "step-background"],
    ["#/connections", "connection"],
    ["#/permissions", "permission-row"],
    ["#/settings", "theme-toggle"],
  ];
  for (const width of [1180, 590]) {
    await page.setViewportSize({ width, height: width === 590 ? 390 : 780 });
    for (const [hash, shows] of pages) {
      await open(hash);
      await expect(page.getByTestId(shows).first(), hash).toBeVisible();
      if (width === 1180) await expectAccessible(page, hash);
      const seen = await page.evaluate(() => ({
        hacked: "hacked" in window,
        markup: document.querySelectorAll("main img, main script").length,
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        broad:
          document.querySelector("main")!.scrollWidth - document.querySelector("main")!.clientWidth,
        // Of a name, three lines.
        long: document.querySelector("main h1")!.clientHeight > 150,
      }));
      expect
        .soft(seen, `${hash} at ${width}`)
        .toEqual({ hacked: false, markup: 0, wide: 0, broad: 0, long: false });
      expect.soft(await page.evaluate(cut), `${hash} at ${width}: cut off`).toEqual([]);
    }
  }
});
