// Operations and triggers as they are picked from. Pure.
import type { OperationRow, TriggerRow } from "../../platform/contract";
import { place } from "../../words";
import { placeOf } from "../trigger/triggers";
import type { Pick } from "./CatalogPicker.svelte";

export const placed = (rows: readonly OperationRow[]): Pick[] =>
  rows.map(({ id, title, help, service }) => ({ id, title, help, place: place[service] }));

export const happenings = (rows: readonly TriggerRow[]): Pick[] =>
  rows.map((row) => ({ id: row.id, title: row.title, help: row.help, place: place[placeOf(row)] }));
