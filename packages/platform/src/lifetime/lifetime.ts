/** Something that was started, and how it ends. */
interface Started {
  readonly name: string;
  readonly stop: () => void | Promise<void>;
}

/**
 * What a process has started, in order. `stop` ends all of it in the reverse order, so that nothing outlives
 * what it stands on; one that fails to stop does not keep the others running.
 */
export class Lifetime {
  readonly #started: Started[] = [];
  #stopping: Promise<void> | null = null;

  /** Starts a part and remembers how to end it. */
  async start<T>(
    name: string,
    start: () => T | Promise<T>,
    stop: (part: T) => void | Promise<void>,
  ): Promise<T> {
    const part = await start();
    this.#started.push({ name, stop: () => stop(part) });
    return part;
  }

  /** Ends everything, the newest part first; calling it again waits for the same end. Throws what went wrong, all of it. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    const errors: Error[] = [];
    for (let part = this.#started.pop(); part !== undefined; part = this.#started.pop()) {
      try {
        await part.stop();
      } catch (cause) {
        errors.push(new Error(`${part.name} did not stop`, { cause }));
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join(", "));
  }
}

/** Runs `start` with a new lifetime; if it fails half way, what it had started is ended before the error is thrown. */
export async function withLifetime<T>(start: (lifetime: Lifetime) => Promise<T>): Promise<T> {
  const lifetime = new Lifetime();
  try {
    return await start(lifetime);
  } catch (error) {
    await lifetime.stop().catch(() => {});
    throw error;
  }
}
