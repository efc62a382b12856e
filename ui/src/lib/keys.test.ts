import { expect, test } from "vitest";
import { isInDialog, isTyping } from "./keys";

/** A key pressed on the first element of some markup that carries `id="here"`. */
function pressed(markup: string): KeyboardEvent {
  document.body.innerHTML = markup;
  let event: KeyboardEvent | undefined;
  document.body.addEventListener("keydown", (seen) => (event = seen), { once: true });
  document.getElementById("here")!.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true }));
  return event!;
}

test.each([
  ['<input id="here">', true],
  ['<input type="search" id="here">', true],
  ['<textarea id="here"></textarea>', true],
  ['<select id="here"></select>', true],
  ['<div contenteditable="true"><b id="here">x</b></div>', true],
  ['<input type="radio" id="here">', false],
  ['<input type="checkbox" id="here">', false],
  ['<button id="here">x</button>', false],
])("in %s a letter is text: %s", (markup, text) => {
  expect(isTyping(pressed(markup))).toBe(text);
});

test("what stands behind an open dialog does not act", () => {
  expect(isInDialog(pressed('<dialog open><button id="here">x</button></dialog>'))).toBe(true);
  expect(isInDialog(pressed('<dialog><button id="here">x</button></dialog>'))).toBe(false);
  expect(isInDialog(pressed('<button id="here">x</button>'))).toBe(false);
});
