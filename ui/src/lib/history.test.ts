import { describe, expect, it } from "vitest";
import { History } from "./history.svelte";

describe("undo", () => {
  it("takes back and does again", () => {
    const history = new History("a");
    history.set("b");
    history.set("c");
    history.undo();
    expect(history.now).toBe("b");
    history.redo();
    expect(history.now).toBe("c");
    history.undo();
    history.set("d");
    expect(history.canRedo, "another way was taken").toBe(false);
  });

  it("takes typing in one place back at once", () => {
    const history = new History("");
    for (const text of ["a", "ab", "abc"]) history.set(text, "name");
    history.set("abc!", "other");
    history.undo();
    expect(history.now).toBe("abc");
    history.undo();
    expect(history.now, "not letter by letter").toBe("");
    expect(history.canUndo).toBe(false);
  });
});
