// Waiting a little: for a pause in typing, and between bursts of news.

/** Runs the last work handed in once nothing new came for `ms`. */
export function debounced(ms: number): (work: () => void) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (work) => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };
}

/** Runs the first work soon, then at most one every `ms`, and always the last. */
export function throttled(ms: number): (work: () => void) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: (() => void) | undefined;
  const fire = () => {
    timer = undefined;
    const work = waiting;
    waiting = undefined;
    if (!work) return;
    timer = setTimeout(fire, ms);
    work();
  };
  return (work) => {
    waiting = work;
    timer ??= setTimeout(fire, 0);
  };
}
