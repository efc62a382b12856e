// Lengths of time as people say them.
export type Unit = "minutes" | "hours" | "days";

export const unitMinutes: Record<Unit, number> = { minutes: 1, hours: 60, days: 1440 };

/** The greatest unit that a length is a whole number of; or a chosen one, if it is. */
export function spanOf(minutes: number, chosen?: Unit): { count: number; unit: Unit } {
  const whole = (unit: Unit) => minutes > 0 && minutes % unitMinutes[unit] === 0;
  const unit =
    chosen && whole(chosen)
      ? chosen
      : ((["days", "hours"] as const).find((greater) => whole(greater)) ?? "minutes");
  return { count: minutes / unitMinutes[unit], unit };
}
