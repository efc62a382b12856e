import { describe, expect, it } from "vitest";
import { eventsIn } from "./sse";

function streamOf(chunks: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
}

async function all(chunks: string[]) {
  const found = [];
  for await (const event of eventsIn(streamOf(chunks))) found.push(event);
  return found;
}

const finished = (run: string) => ({ type: "run_finished", run, sync: "s" });

describe("eventsIn", () => {
  it("joins events that were cut anywhere", async () => {
    const text = `data: ${JSON.stringify(finished("a"))}\n\ndata: ${JSON.stringify(finished("b"))}\n\n`;
    for (let cut = 0; cut <= text.length; cut++) {
      const events = await all([text.slice(0, cut), text.slice(cut)]);
      expect(events, `cut after ${cut} characters`).toEqual([finished("a"), finished("b")]);
    }
  });

  it("passes over keep-alives and broken data, and keeps what follows", async () => {
    const events = await all([
      ": keep-alive\n\n",
      "event: x\nid: 1\n\n",
      "data: {nonsense\n\n",
      `data: ${JSON.stringify(finished("c"))}\r\n\r\n`,
    ]);
    expect(events).toEqual([finished("c")]);
  });

  it("drops a half event at the end", async () => {
    expect(await all([`data: ${JSON.stringify(finished("d"))}\n`])).toEqual([]);
  });
});
