// A development server on loopback as host: commands by POST, events as a stream.
import type { AppError, Commands, Event } from "./contract";
import { Listeners, toHostError, unreachable, type Platform } from "./platform";
import { download, pickFile } from "./files";
import { eventsIn } from "./sse";

const TOKEN = "foxbridge-token";
const RETRY_MS = [500, 1_000, 2_000, 5_000];

/** Takes the token out of the address bar, so that it is in no bookmark and no screenshot. */
function takeToken(): string {
  const url = new URL(location.href);
  const given = url.searchParams.get("token");
  if (given) {
    sessionStorage.setItem(TOKEN, given);
    url.searchParams.delete("token");
    history.replaceState(null, "", url);
  }
  return given ?? sessionStorage.getItem(TOKEN) ?? "";
}

export function webPlatform(): Platform {
  const headers = { Authorization: `Bearer ${takeToken()}` };
  const events = new Listeners<Event>();
  const reachable = new Listeners<boolean>();

  async function streamOnce(): Promise<void> {
    const answer = await fetch("/events", { headers });
    if (!answer.ok || !answer.body) throw new Error(`events answered ${answer.status}`);
    reachable.tell(true);
    for await (const event of eventsIn(answer.body)) events.tell(event);
  }

  async function stream(): Promise<never> {
    for (let attempt = 0; ; attempt++) {
      try {
        await streamOnce();
        attempt = 0;
      } catch {
        // Told below; the retry is the answer.
      }
      reachable.tell(false);
      const wait = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)];
      await new Promise((done) => setTimeout(done, wait));
    }
  }
  void stream();

  const call: Platform["call"] = async (command, request) => {
    let answer: Response;
    try {
      answer = await fetch(`/rpc/${command}`, {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify(request),
      });
    } catch {
      throw unreachable();
    }
    let body: unknown;
    try {
      body = await answer.json();
    } catch (thrown) {
      throw toHostError(thrown);
    }
    if (!answer.ok) throw toHostError(body as AppError);
    return body as Commands[typeof command]["response"];
  };

  return {
    capabilities: { tray: false },
    call,
    async save(command, request) {
      const file = await call(command, request as Commands[typeof command]["request"]);
      download(file);
      return file;
    },
    pick: pickFile,
    onEvent: (hear) => events.add(hear),
    onReachable: (hear) => reachable.add(hear),
  };
}
