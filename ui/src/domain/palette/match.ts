// Finding things by what one types: every word must begin a word of the title. Pure.

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

/** The rows that are meant, best first: by the title, then by the title and what is said besides. */
export function ranked<T>(
  rows: readonly T[],
  typed: string,
  said: (row: T) => { title: string; more: string },
): T[] {
  const wanted = words(typed).join(" ");
  if (wanted === "") return [...rows];
  const rank = (row: T): number => {
    const { title, more } = said(row);
    const known = words(title).join(" ");
    if (known === wanted) return 0;
    if (known.startsWith(wanted)) return 1;
    if (matches(title, typed)) return 2;
    return matches(`${title} ${more}`, typed) ? 3 : 4;
  };
  return rows
    .map((row) => ({ row, rank: rank(row) }))
    .filter((one) => one.rank < 4)
    .sort((a, b) => a.rank - b.rank)
    .map((one) => one.row);
}
