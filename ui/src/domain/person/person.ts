// Addresses of people's pages.
import type { PersonRow } from "../../platform/contract";
import { href } from "../../lib/route";

export interface PersonKey {
  sync: string;
  lead_id?: string;
  contact_id?: string;
}

/** The page of somebody: named by the lead where there is one, else by the contact. */
export function personHref(sync: string, lead: string | null, contact: string | null): string {
  return href("person", lead === null ? `${sync}/c/${contact ?? ""}` : `${sync}/l/${lead}`);
}

export const hrefOf = (sync: string, row: PersonRow): string =>
  personHref(sync, row.lead_id, row.contact_id);

/** Reads what `personHref` wrote. */
export function personKey(id: string): PersonKey | undefined {
  const read = /^([^/]+)\/([lc])\/(.+)$/.exec(id);
  const [, sync, whose, record] = read ?? [];
  if (!sync || !record) return undefined;
  return whose === "l" ? { sync, lead_id: record } : { sync, contact_id: record };
}
