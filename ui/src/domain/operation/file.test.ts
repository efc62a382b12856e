import { describe, expect, it } from "vitest";
import { factsOf, readFile } from "./file";

describe("a file in a body", () => {
  it("keeps its name, its kind and every byte", async () => {
    const bytes = new Uint8Array([0, 255, 128, 7]);
    const file = new File([bytes], "a; call, ä.mp3", { type: "audio/mpeg;codecs=x" });
    const text = await readFile(file, 4);
    expect(text).toBe("data:audio/mpeg;name=a%3B%20call%2C%20%C3%A4.mp3;base64,AP+ABw==");
    expect(factsOf(text)).toEqual({ name: "a; call, ä.mp3", bytes: 4 });
  });

  it("is refused with both lengths before it is read", async () => {
    const file = new File([new Uint8Array(3 * 1024 * 1024)], "film.mp4");
    await expect(readFile(file, 1024 * 1024)).rejects.toThrow(
      "is 3 MB, and a file may have at most 1 MB",
    );
  });

  it("is told from any other text", () => {
    expect(factsOf("call.mp3")).toBeUndefined();
    expect(factsOf("data:")).toBeUndefined();
    expect(factsOf("data:text/plain,abc"), "a name may be left out").toEqual({
      name: "file",
      bytes: 3,
    });
    expect(factsOf("data:text/plain;name=%;base64,")?.name).toBe("%");
  });
});
