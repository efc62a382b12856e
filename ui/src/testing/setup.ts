// What jsdom lacks and the components use.
import { cleanup, configure } from "@testing-library/svelte";
import { afterEach } from "vitest";

// Only how long to wait for what will come: a busy machine is no failure.
configure({ asyncUtilTimeout: 10_000 });
afterEach(() => cleanup());

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};
Element.prototype.scrollIntoView ??= () => {};
