/** Work that is repeated until it is stopped. */
export interface Periodic {
  /** Ends the run under way and waits for it. */
  stop(): Promise<void>;
}

/** Runs work now and again after each pause; a run that fails ends nothing, the next one tries again. */
export function periodically(
  work: (signal: AbortSignal) => Promise<void>,
  pauseMs: number,
  onError: (error: unknown) => void,
): Periodic {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const run = async (): Promise<void> => {
    try {
      await work(stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) onError(error);
    }
    if (!stopping.signal.aborted) timer = setTimeout(again, pauseMs).unref();
  };
  const again = (): void => {
    running = run();
  };
  let running = run();
  return {
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
