/**
 * Lets all who ask while a run is under way, or within `restMs` after it, share the next one, which begins after they
 * have asked. What `run` throws goes to those who share it.
 */
export function coalesced(run: () => Promise<void>, restMs: number): () => Promise<void> {
  const rest = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, restMs).unref());
  let rested: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  const begin = (): Promise<void> => {
    next = null;
    const running = run();
    rested = running.then(rest, rest);
    return running;
  };
  return () => (next ??= rested.then(begin));
}
