// Files in a browser: handed over as a download, picked from an input.
import type { SavedFile } from "./contract";
import type { Picked } from "./platform";

/** Gives a file to the browser, which puts it where its downloads go. */
export function download(file: SavedFile): void {
  const text = atob(file.content ?? "");
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = file.name;
  link.click();
  // The download has its own hold on the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Asks for a file; its content comes along, because a browser tells no places. */
export function pickFile(extension: string): Promise<Picked | undefined> {
  return new Promise((done, failed) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = `.${extension}`;
    input.addEventListener("cancel", () => done(undefined));
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (!file) return done(undefined);
      const reader = new FileReader();
      reader.onerror = () => failed(reader.error ?? new Error("the file cannot be read"));
      reader.onload = () => {
        const url = String(reader.result);
        done({ name: file.name, content: url.slice(url.indexOf(",") + 1) });
      };
      reader.readAsDataURL(file);
    });
    input.click();
  });
}
