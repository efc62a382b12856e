// Where a key is meant for what has the focus, and not for the page.

const TAKES_LETTERS =
  "input:not([type=radio], [type=checkbox], [type=button]), textarea, select, [contenteditable]";

const within = (event: KeyboardEvent, selector: string) =>
  event.target instanceof Element && event.target.closest(selector) !== null;

/** A letter typed now is text, or chooses in a list. A choice or a switch takes none. */
export const isTyping = (event: KeyboardEvent): boolean => within(event, TAKES_LETTERS);

/** A dialog is open around it: nothing behind it acts. */
export const isInDialog = (event: KeyboardEvent): boolean => within(event, "dialog[open]");
