import type { Attachment } from "svelte/attachments";

/**
 * Opens a `<details>` each time there comes to be a reason to. Otherwise it stays as somebody left it,
 * however often the page is kept fresh; an `open={…}` would fold it again with every answer.
 */
export function unfoldWhen(reason: () => boolean): Attachment<HTMLDetailsElement> {
  let had = false;
  return (details) => {
    const has = reason();
    if (has && !had) details.open = true;
    had = has;
  };
}
