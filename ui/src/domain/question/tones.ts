// Which colour goes with a kind of question; its word stands beside it.
export const toneOf = (kind: string): "bad" | "warn" =>
  kind === "failed" || kind === "guard" || kind === "run" ? "bad" : "warn";
