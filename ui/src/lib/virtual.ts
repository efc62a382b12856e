// The arithmetic of a fixed-row list, apart from the page so that it can be tested.

export interface Window {
  /** First row to draw. */
  first: number;
  /** One past the last row to draw. */
  end: number;
}

/** Rows to draw: those in sight and `over` more on each side. */
export function windowOf(
  total: number,
  rowHeight: number,
  scrollTop: number,
  height: number,
  over: number,
): Window {
  if (total === 0 || rowHeight <= 0) return { first: 0, end: 0 };
  const top = Math.min(Math.max(0, scrollTop), Math.max(0, total * rowHeight - height));
  return {
    first: Math.max(0, Math.floor(top / rowHeight) - over),
    end: Math.min(total, Math.ceil((top + height) / rowHeight) + over),
  };
}

/** Where to scroll so that a row is wholly in sight; `scrollTop` itself when it already is. */
export function scrollFor(
  row: number,
  rowHeight: number,
  scrollTop: number,
  height: number,
): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height;
  return scrollTop;
}

/** The row a key leads to, or `undefined` when the key means nothing here. */
export function rowForKey(
  key: string,
  row: number,
  total: number,
  perPage: number,
): number | undefined {
  const last = total - 1;
  const clamp = (to: number) => Math.min(last, Math.max(0, to));
  switch (key) {
    case "ArrowDown":
    case "j":
      return clamp(row + 1);
    case "ArrowUp":
    case "k":
      return clamp(row - 1);
    case "PageDown":
      return clamp(row + perPage);
    case "PageUp":
      return clamp(row - perPage);
    case "Home":
      return clamp(0);
    case "End":
      return clamp(last);
    default:
      return undefined;
  }
}
