// The answers a question takes, in the order in which they are shown and numbered.
import type { InboxItem, NeedsYou, Resolution, ServiceName } from "../../platform/contract";
import { questions as words } from "../../words";

export interface Answer {
  /** Pressed alone, it gives this answer. */
  key: string;
  label: string;
  /** The value that this answer keeps. */
  value?: string;
  /** Whose value or record it is. */
  whose?: ServiceName;
  /** A value is typed for it first. */
  typed?: boolean;
  /** It deletes something, at the next run. */
  danger?: boolean;
  /** What is sent; a typed value is put in. */
  resolution: (typed: string) => Resolution;
}

type Open = Omit<Answer, "key">;

/** Every answer of a question, numbered from 1. Empty where it is settled elsewhere. */
export function answersOf(item: NeedsYou): Answer[] {
  const takes = new Set(item.options);
  const of = (whose: ServiceName) => item.choices.find((choice) => choice.service === whose);
  const open: Open[] = [];
  for (const whose of ["aimfox", "highlevel"] as const) {
    const choice = of(whose);
    if (takes.has(whose) && choice) {
      const label = words.take[whose];
      open.push({ label, value: choice.label, whose, resolution: () => ({ take: whose }) });
    }
  }
  if (takes.has("value")) {
    const resolution = (value: string): Resolution => ({ take: "value", value });
    open.push({ label: words.take.value, typed: true, resolution });
  }
  if (takes.has("this")) {
    for (const { id, label, service } of item.choices) {
      if (id === null) continue;
      const resolution = (): Resolution => ({ take: "this", contact: id });
      open.push({ label: words.take.this, value: label, whose: service, resolution });
    }
  }
  for (const plain of ["nobody", "unlink", "wait", "delete", "approve"] as const) {
    if (!takes.has(plain)) continue;
    const danger = plain === "delete";
    open.push({ label: words.take[plain], danger, resolution: () => ({ take: plain }) });
  }
  return open.map((answer, at) => ({ ...answer, key: String(at + 1) }));
}

/** What was answered, for people. */
export function answerSaid(item: NeedsYou): string {
  const answer = item.answer;
  if (!answer) return "";
  if (answer.take === "value") return words.said.value(answer.value);
  if (answer.take === "this") {
    const choice = item.choices.find((one) => one.id === answer.contact);
    return words.said.this(choice?.label.split("\n")[0] ?? answer.contact);
  }
  return words.said[answer.take];
}

/** Under which key an answer is kept: a person who is left out has one of their own. */
export function answerKey(item: NeedsYou): string {
  const leftOut = item.answer?.take === "unlink" && item.kind !== "deleted";
  return leftOut ? `out:${item.record.lead_id ?? ""}` : item.id;
}

/** The same question in two answers of the host. */
export const keyOf = (one: InboxItem): string => `${one.sync} ${one.item.id}`;

/** Whether it still waits for a person. */
export const isOpen = (one: InboxItem): boolean => !one.item.answer;
