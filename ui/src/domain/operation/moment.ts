// A moment between its input, which has no zone, and the wire, which wants one. Pure.

/** From the clock of this computer to UTC; what is no moment stays as it is. */
export function toWire(value: string): string {
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) ? value : moment.toISOString();
}

/** As its input wants it; empty for what is no moment. */
export function toInput(value: string): string {
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime())) return "";
  const here = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return here.toISOString().slice(0, 19);
}
