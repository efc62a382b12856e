// Finding commands by what one types: every word must begin a word of the title. Pure.

const words = (text: string) =>
  text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** Whether every word that was typed begins one of the title's. */
export function matches(title: string, typed: string): boolean {
  const known = words(title);
  return words(typed).every((word) => known.some((one) => one.startsWith(word)));
}
