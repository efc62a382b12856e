// The words of the triggers: what can start something, and what comes with it.
import type { BasisName, TriggerSourceName } from "../platform/contract";
import { plural } from "../lib/format";

export const triggerSource: Record<TriggerSourceName, { title: string; help: string }> = {
  webhook: { title: "Webhook", help: "The service calls an address of yours as it happens." },
  detected: {
    title: "Detected",
    help: "A run reads, compares, and finds it. No webhook is needed.",
  },
  schedule: { title: "Schedule", help: "The clock." },
};

export const triggerBasis: Record<BasisName, { title: string; help: string }> = {
  documented: {
    title: "Documented",
    help: "The service describes what comes with it; or it is ours.",
  },
  observed: { title: "Observed", help: "Others saw it live; the service does not describe it." },
  assumed: {
    title: "Assumed",
    help: "Nobody described it. It is likely like its siblings: take it as a sign to look again.",
  },
};

export const triggers = {
  title: "Triggers",
  intro: "Everything that can be noticed: what the services tell, and what a run finds by itself.",
  search: "Title, id, event or field",
  from: "From",
  source: "How",
  all: "All",
  total: (n: number) => plural(n, "trigger"),
  none: { title: "No trigger matches", text: "Search for less, or show all." },
  columns: {
    title: "Trigger",
    event: "What it means, and the service's name for it",
    basis: "Known",
    source: "How",
  },
  noEvent: "has no name of its own",
  back: "All triggers",
  missing: { title: "There is no such trigger", text: "It may have another id by now." },
  about: {
    title: "About it",
    id: "Id",
    from: "From",
    source: "How it comes",
    event: "Event",
    basis: "What is known",
    scopes: "Scopes, any one of",
  },
  payload: {
    title: "What comes with it",
    aside: "Services may add fields",
    field: "Field",
    type: "Type",
    help: "About",
    always: "always",
    nothing: "Nothing comes with it.",
    example: "An example",
    copyExample: "Copy the example",
  },
};
