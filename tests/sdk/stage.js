// The sandbox, started as its own process, and the vendor's client pointed at it.
//
// The client knows its host from a static property only, so this must be set before a client is
// made. Which of its methods were called is recorded: a method that a new version of the client
// brings, and no test calls, is a failure and not a silence.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

// The sandbox is on loopback: no proxy has a say.
process.env.NO_PROXY = "127.0.0.1";
process.env.no_proxy = "127.0.0.1";

const { default: sdk } = await import("@gohighlevel/api-client");
const { HighLevel } = sdk;

const PROGRAM =
  process.env.FOXBRIDGE ??
  fileURLToPath(
    new URL(
      `../../target/debug/foxbridge${process.platform === "win32" ? ".exe" : ""}`,
      import.meta.url,
    ),
  );

/** Starts the sandbox; `stop` ends the process that was started and waits for it. */
async function start() {
  assert.ok(
    existsSync(PROGRAM),
    `${PROGRAM} is missing: build it with \`cargo build -p foxbridge-cli\``,
  );
  const child = spawn(PROGRAM, ["sandbox", "serve", "--json", "--highlevel-per-10s", "100000"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const first = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", reject);
    gone.then((code) => reject(new Error(`the sandbox ended with ${code} before it said where`)));
  });
  const { highlevel } = JSON.parse(await first);
  const stop = async () => {
    child.kill("SIGINT");
    await gone;
  };
  return { ...highlevel, stop };
}

/**
 * A service of the client that remembers which methods were called. Unless samples will do, an
 * answer that is only the schema's example counts as not played yet: nothing is kept behind it.
 */
function remembering(service, called, samples) {
  return new Proxy(service, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...given) => {
        called.add(name);
        const answer = await member.apply(target, given);
        if (!samples && /:"example"/.test(JSON.stringify(answer))) throw new NotKept(name);
        return answer;
      };
    },
  });
}

class NotKept extends Error {
  constructor(method) {
    super(`${method} is answered by its schema's example; nothing is kept behind it yet`);
  }
}

/** The methods that a service of the client has. */
export function methods(service) {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(service));
  return names.filter((name) => name !== "constructor");
}

/**
 * A sandbox of its own for a file of tests. `stage.client(service, { samples })` remembers the
 * calls in `stage.called`; `stage.ghl` is the client itself.
 */
export function stage() {
  const stage = { called: new Set() };
  before(async () => {
    Object.assign(stage, await start());
    HighLevel.BASE_URL = stage.base_url;
    stage.ghl = stage.sign_in();
  });
  after(() => stage.stop?.());
  stage.sign_in = (more = {}) =>
    new HighLevel({ privateIntegrationToken: stage.token, logLevel: "none", ...more });
  stage.client = (service, { samples = false } = {}) =>
    remembering(stage.ghl[service], stage.called, samples);
  return stage;
}

/** What a refusal of the sandbox says when it plays a part not yet. */
function not_yet(error) {
  if (error instanceof NotKept) return error.message;
  return error?.statusCode === 501 ? (error.response?.message ?? error.message) : undefined;
}

/**
 * Makes a call and checks its answer; where the sandbox does not play the operation yet, the test
 * counts as skipped and says why.
 */
export async function played(t, call, check = () => {}) {
  let answer;
  try {
    answer = await call();
  } catch (error) {
    const reason = not_yet(error);
    if (reason === undefined) throw error;
    console.log(`skipped: ${t.name}: ${reason}`);
    t.skip(reason);
    return undefined;
  }
  check(answer);
  return answer;
}

/** A test that ends, skipped with the reason, at the first operation that is not played yet. */
export function play(name, body) {
  return test(name, (t) => played(t, () => body(t)));
}

/** The id of the first of a listing, or of nothing where there is none or it may not be read. */
export async function first(t, list, key) {
  try {
    return (await list())[key][0]?.id ?? NOBODY;
  } catch (error) {
    const scope = error?.statusCode === 401 && /scope/.test(error.message);
    if (not_yet(error) === undefined && !scope) throw error;
    t.diagnostic(`${key} cannot be listed: ${error.message}`);
    return NOBODY;
  }
}

/** The call must be refused with this status and these words, and the client must understand it. */
export async function refused(promise, status, words) {
  await assert.rejects(promise, (error) => {
    if (not_yet(error) !== undefined) throw error;
    assert.equal(error.name, "GHLError", `not a refusal but ${error.stack}`);
    assert.equal(error.statusCode, status, `refused otherwise: ${error.message}`);
    assert.match(JSON.stringify(error.response?.message ?? error.message), words);
    return true;
  });
}

/** Contacts of the sample location, as the search shows them. */
export async function people(stage, pageLimit = 100) {
  const answer = await stage.ghl.contacts.searchContactsAdvanced({
    locationId: stage.location_id,
    pageLimit,
  });
  assert.equal(answer.contacts.length, Math.min(pageLimit, answer.total), "a full page");
  return answer.contacts;
}

/** Someone of the location's staff, as contacts name them. */
export async function colleague(stage) {
  const owned = (await people(stage)).find((contact) => contact.assignedTo);
  assert.ok(owned, "the sample people have owners");
  return owned.assignedTo;
}

/** An id that nothing has. */
export const NOBODY = "AAAAAAAAAAAAAAAAAAAA";
