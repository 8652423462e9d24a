import type { Redis } from "ioredis";
import { clientOf, type ClusterNode } from "./redis-node.ts";

const MIGRATE_TIMEOUT_MS = 5_000;
const MOST_KEYS = 1_000_000;

/** Moves slots from one primary to another, one step after the other, as `redis-cli --cluster reshard` does. */
export class SlotMoves implements Disposable {
  readonly #to: ClusterNode;
  readonly #source: Redis;
  /** Where slots go to, where they come from, then all others, as they are told of a move's end. */
  readonly #told: readonly Redis[];

  constructor(from: ClusterNode, to: ClusterNode, primaries: readonly ClusterNode[]) {
    this.#to = to;
    const others = primaries.filter((one) => one !== from && one !== to);
    this.#told = [to, from, ...others].map(clientOf);
    this.#source = this.#told[1]!;
    // A test may stop any of them.
    for (const client of this.#told) client.on("error", () => undefined);
  }

  /** Opens a slot on both sides. */
  async begin(slot: number): Promise<void> {
    const [target, source] = [this.#told[0]!, this.#source];
    await target.call("CLUSTER", "SETSLOT", slot, "IMPORTING", await idOf(source));
    await source.call("CLUSTER", "SETSLOT", slot, "MIGRATING", await idOf(target));
  }

  /** The keys of a slot that have not been moved. */
  async keysLeft(slot: number): Promise<readonly string[]> {
    return (await this.#source.call("CLUSTER", "GETKEYSINSLOT", slot, MOST_KEYS)) as string[];
  }

  /** Moves keys. */
  async move(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const place = ["127.0.0.1", this.#to.port, "", 0, MIGRATE_TIMEOUT_MS];
    await this.#source.call("MIGRATE", ...place, "KEYS", ...keys);
  }

  /** Moves what is left of slots and says everywhere that they are where they go to. */
  async end(...slots: readonly number[]): Promise<void> {
    for (const slot of slots) await this.move(await this.keysLeft(slot));
    const id = await idOf(this.#told[0]!);
    for (const client of this.#told) {
      const telling = slots.map((slot) => client.call("CLUSTER", "SETSLOT", slot, "NODE", id));
      await Promise.all(telling).catch(unlessReplica);
    }
  }

  /** Lets all others forget where slots came from, which has none left. */
  async forgetSource(): Promise<void> {
    const id = await idOf(this.#source);
    for (const client of this.#told.filter((one) => one !== this.#source)) {
      await client.call("CLUSTER", "FORGET", id);
    }
  }

  [Symbol.dispose](): void {
    for (const client of this.#told) client.disconnect();
  }
}

/** A primary that hears from others that it has no slot left becomes a replica by itself. */
function unlessReplica(error: Error): void {
  if (!error.message.includes("only with masters")) throw error;
}

async function idOf(client: Redis): Promise<string> {
  return String(await client.call("CLUSTER", "MYID"));
}
