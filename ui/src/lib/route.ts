// Hash routes: what the address says, as data.

export type Route =
  | { page: "home" }
  | { page: "start" }
  | { page: "welcome" }
  | { page: "connect" }
  | { page: "sync"; id: string }
  | { page: "run"; id: string }
  | { page: "mapping"; id: string }
  | { page: "people"; id: string }
  | { page: "person"; id: string }
  | { page: "needs-you"; id?: string }
  | { page: "activity"; id?: string }
  | { page: "operations"; id?: string }
  | { page: "triggers"; id?: string }
  | { page: "rules" }
  | { page: "rule"; id: string }
  | { page: "webhooks" }
  | { page: "permissions" }
  | { page: "connections" }
  | { page: "settings" }
  | { page: "help" }
  | { page: "unknown"; hash: string };

const plain = [
  "start",
  "welcome",
  "needs-you",
  "connect",
  "activity",
  "operations",
  "triggers",
  "rules",
  "webhooks",
  "permissions",
  "connections",
  "settings",
  "help",
] as const;
const withId = [
  "activity",
  "sync",
  "run",
  "mapping",
  "people",
  "person",
  "needs-you",
  "operations",
  "triggers",
  "rule",
] as const;

/** Reads a hash such as `#/sync/7`. */
export function parseRoute(hash: string): Route {
  const [page = "", id, ...more] = hash.replace(/^#?\/?/, "").split("/");
  if (page === "") return { page: "home" };
  const lone = plain.find((name) => name === page);
  if (lone && id === undefined) return { page: lone };
  const named = withId.find((name) => name === page);
  if (named && id && more.length === 0) return { page: named, id: safeDecode(id) };
  return { page: "unknown", hash };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The hash of a page. */
export function href(page: (typeof plain)[number]): string;
export function href(page: (typeof withId)[number], id: string): string;
export function href(page: string, id?: string): string {
  return id === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(id)}`;
}
