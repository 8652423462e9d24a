import type pg from "pg";

import { isReply } from "./errors.ts";

/** Statements are prepared for each generation: what those that are no more have left goes with the connection. */
const LIFETIME_MS = 3_600_000;

/**
 * A pool whose connections stay lent between pieces of work: the driver's pool spends a third of a short read on taking
 * one out and back, so it is asked only for more of them, or where somebody waits for one.
 */
export class LentPool {
  readonly #pool: pg.Pool;
  /** The one that was used last comes first. */
  readonly #idle: pg.PoolClient[] = [];
  /** When each was first lent. */
  readonly #lentSince = new WeakMap<pg.PoolClient, number>();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async take(): Promise<pg.PoolClient> {
    const client = this.#idle.pop() ?? (await this.#pool.connect());
    this.#watch(client);
    return client;
  }

  giveBack(client: pg.PoolClient): void {
    if (this.#isOld(client)) client.release(true);
    else if (this.#pool.waitingCount > 0 || this.#pool.ending) client.release();
    else this.#idle.push(client);
  }

  /** Lets what runs end, then closes every connection. */
  async end(): Promise<void> {
    const ended = this.#pool.end();
    for (const client of this.#idle.splice(0)) client.release();
    await ended;
  }

  #isOld(client: pg.PoolClient): boolean {
    return performance.now() - this.#lentSince.get(client)! > LIFETIME_MS;
  }

  /** One that is lost while nobody uses it leaves the pool. */
  #watch(client: pg.PoolClient): void {
    if (this.#lentSince.has(client)) return;
    this.#lentSince.set(client, performance.now());
    client.once("end", () => {
      const at = this.#idle.indexOf(client);
      if (at < 0) return;
      this.#idle.splice(at, 1);
      client.release(true);
    });
  }
}

/** One connection of a pool, for one piece of work. */
export class Loan {
  readonly #pool: LentPool;
  #client: pg.PoolClient | null = null;
  #isOver = false;

  constructor(pool: LentPool) {
    this.#pool = pool;
  }

  /** Once. */
  async use<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.take();
    if (this.#isOver) {
      // Nobody waits any more, and the connection is as good as it was.
      this.#pool.giveBack(client);
      throw new Error("the connection came too late");
    }
    this.#client = client;
    let isSound = false;
    try {
      const result = await work(client);
      isSound = true;
      return result;
    } catch (error) {
      isSound = isReply(error);
      throw error;
    } finally {
      this.#end(isSound);
    }
  }

  /** Takes the connection away from work that has not ended, and destroys it. */
  giveUp(): void {
    this.#end(false);
  }

  #end(isSound: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (isSound) this.#pool.giveBack(this.#client!);
    else this.#client?.release(true);
  }
}
