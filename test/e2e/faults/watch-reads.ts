import { setTimeout } from "node:timers/promises";

const BETWEEN_READS_MS = 10;

/** Reads that go on until they are stopped. */
export interface Watch {
  /** What no read may show and one has shown: empty when all is well. */
  stop(): Promise<readonly string[]>;
}

/**
 * Reads values again and again. Each may be what it was before or what it is afterwards, never something else,
 * never the old after the new, and no read may fail.
 */
export function watchReads(
  read: () => Promise<readonly string[]>,
  before: readonly string[],
  after: readonly string[],
): Watch {
  const wrong: string[] = [];
  const isNew = before.map(() => false);
  const stopped = new AbortController();
  const look = (values: readonly string[]): void => {
    for (const [index, value] of values.entries()) {
      if (value === after[index]) isNew[index] = true;
      else if (value !== before[index]) wrong.push(`value ${index}: ${value}`);
      else if (isNew[index]) wrong.push(`value ${index}: ${value} again`);
    }
  };
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      await read().then(look, (error: unknown) => wrong.push(String(error)));
      await setTimeout(BETWEEN_READS_MS);
    }
  })();
  return {
    async stop() {
      stopped.abort();
      await watching;
      return wrong;
    },
  };
}
