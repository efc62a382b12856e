// What a fake sync is narrowed to and careful about.
import type { SyncSafety } from "../contract";
import type { Handlers } from "./fake";

const usual = {
  shrink_percent: 50,
  update_percent: 50,
  update_floor: 50,
  create_floor: 500,
  delete_percent: 10,
  delete_floor: 5,
  everything_percent: 80,
  everything_floor: 20,
  changed_filter: true,
  edits_per_hour: 10,
  writes_per_day: 50_000,
};

export function safetyHandlers(): Handlers {
  let safety: SyncSafety = {
    filter: "",
    deletes: "ignore",
    guards: usual,
    usual,
    compare_hours: 24,
  };
  return {
    "syncs.safety_get": () => safety,
    "syncs.safety_set": ({ filter, deletes, guards, compare_hours }) => {
      safety = {
        ...safety,
        ...(filter !== undefined && { filter }),
        ...(deletes && { deletes }),
        ...(guards && { guards }),
        ...(compare_hours !== undefined && { compare_hours }),
      };
      return safety;
    },
    "syncs.count_people": ({ filter }) => ({ people: filter ? 214 : 800, of: 800 }),
    "syncs.filter_values": () => ({
      tags: [
        { value: "vip", people: 31 },
        { value: "customer", people: 12 },
      ],
      labels: [{ value: "warm", people: 140 }],
      campaigns: [{ value: "Autumn 2026", people: 90 }],
      businesses: [],
      assigned: [],
      seats: [
        { value: "7", name: "Ada Lovelace", people: 800 },
        { value: "8", name: "Ada Lovelace", people: 20 },
        { value: "9", name: "Grace Hopper", people: 3 },
      ],
    }),
  };
}
