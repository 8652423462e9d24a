/** Something that is done again and again. */
export interface Interval {
  start(intervalMs: number): void;
  /** Waits for the run that is under way. */
  stop(): Promise<void>;
}

/** Repeats `run`, one at a time; what it throws goes to `onError` and ends nothing. */
export function createInterval(run: () => Promise<unknown>, onError: (error: unknown) => void): Interval {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStarted = false;

  const repeat = (intervalMs: number): void => {
    running = run()
      .then(() => {}, onError)
      .then(() => {
        if (isStarted) timer = setTimeout(repeat, intervalMs, intervalMs);
      });
  };
  return {
    start(intervalMs) {
      if (isStarted) return;
      isStarted = true;
      repeat(intervalMs);
    },
    async stop() {
      isStarted = false;
      clearTimeout(timer);
      await running;
    },
  };
}
