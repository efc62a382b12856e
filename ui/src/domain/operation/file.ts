// A file in a body is one text: `data:audio/mpeg;name=call.mp3;base64,…`.
import { operationCall as words } from "../../words";

/** What is shown of a file that was chosen. */
export interface FileFacts {
  name: string;
  bytes: number;
}

/** Reads a file as the text that stands for it. Throws words that follow the field's name. */
export async function readFile(file: File, most: number): Promise<string> {
  // Looked at before it is read: a film must not fill the memory first.
  if (file.size > most) throw new Error(words.file.tooLong(file.size, most));
  const url = await new Promise<string>((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result as string);
    reader.onerror = () => failed(new Error(words.file.unreadable));
    reader.readAsDataURL(file);
  });
  const kind = file.type.split(";")[0] || "application/octet-stream";
  const content = url.slice(url.indexOf(",") + 1);
  return `data:${kind};name=${encodeURIComponent(file.name)};base64,${content}`;
}

/** Name and length of a file that such a text stands for; `undefined` when it is none. */
export function factsOf(text: string): FileFacts | undefined {
  const comma = text.indexOf(",");
  if (!text.startsWith("data:") || comma < 0) return undefined;
  const head = text.slice("data:".length, comma);
  const content = text.slice(comma + 1);
  const name = /;name=([^;]*)/.exec(head)?.[1] ?? "";
  const padding = /=*$/.exec(content)?.[0].length ?? 0;
  const bytes = head.endsWith(";base64") ? (content.length / 4) * 3 - padding : content.length;
  return { name: decoded(name) || words.file.unnamed, bytes: Math.max(0, Math.round(bytes)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
