import { randomUUID } from "node:crypto";

import { TeselaError } from "@tesela/core";

import type { Deadline } from "../deadline.ts";
import type { GenerationState, Marker, PushedMarker } from "../port.ts";
import { sendAll } from "./client.ts";
import type { RedisConnection } from "./connection.ts";
import type { Layout } from "./layout.ts";
import { decodeMarker, encodeMarker } from "./marker-codec.ts";
import { callOf, type Script } from "./script.ts";

/** A shard's history, then the marker of each generation. */
type StatesReply = readonly [Buffer, readonly (Buffer | null)[]];

/** The markers of all shards, which move forward together. */
export class MarkerStore {
  readonly #connection: RedisConnection;
  readonly #layout: Layout;
  readonly #deadline: Deadline;

  constructor(connection: RedisConnection, layout: Layout, deadline: Deadline) {
    this.#connection = connection;
    this.#layout = layout;
    this.#deadline = deadline;
  }

  /** What every shard holds of generations. */
  async states(generations: readonly number[]): Promise<readonly GenerationState[]> {
    const { keys, scripts } = this.#layout;
    const replies = await this.#connection.runScript(scripts.states, this.#deadline, (client) =>
      Promise.all(
        this.#shards().map((shard) => {
          const place = keys.place(shard, generations);
          const [name, ...args] = callOf(scripts.states, place, [], [randomUUID()]);
          return client.callBuffer(name, args);
        }),
      ),
    );
    const shards = replies as readonly StatesReply[];
    const history = shards.map(([own]) => String(own)).join(" ");
    return generations.map((_, index) => ({
      marker: leastOf(shards.map(([, markers]) => markers[index] ?? null)),
      history,
    }));
  }

  /** Writes the marker of every shard, unless the history is another. */
  async write(generation: number, marker: PushedMarker, history: string | undefined): Promise<boolean> {
    const value = encodeMarker({ ...marker, hidden: 0n });
    const replies = await this.#change(this.#layout.scripts.marker, generation, value, history);
    return replies.every((reply) => reply === 1);
  }

  /** Notes in the marker of every shard that keys are hidden, unless the history is another. */
  async writeHidden(generation: number, stamp: bigint, history: string | undefined): Promise<boolean> {
    const value = Buffer.alloc(8);
    value.writeBigUInt64BE(stamp);
    const replies = await this.#change(this.#layout.scripts.hidden, generation, value, history);
    return replies.every((reply) => reply === 1);
  }

  async #change(
    script: Script,
    generation: number,
    value: Buffer,
    history: string | undefined,
  ): Promise<readonly unknown[]> {
    const expected = history?.split(" ") ?? [];
    const commands = this.#shards().map((shard) =>
      callOf(script, this.#layout.keys.place(shard, [generation]), [], [value, expected[shard] ?? ""]),
    );
    const replies = await this.#connection.runScript(script, this.#deadline, (client) =>
      sendAll(client, commands),
    );
    if (replies.includes(-1)) throw lost();
    return replies;
  }

  #shards(): readonly number[] {
    return Array.from({ length: this.#layout.keys.shardCount }, (_, shard) => shard);
  }
}

/** What all shards have reached. */
function leastOf(markers: readonly (Buffer | null)[]): Marker | null {
  const all = markers.flatMap((marker) => (marker === null ? [] : [decodeMarker(marker)]));
  if (all.length < markers.length) return null;
  const least = all.reduce((known, one) => (one.commitSeq < known.commitSeq ? one : known));
  const hidden = all.reduce((known, one) => (one.hidden < known ? one.hidden : known), least.hidden);
  return { ...least, hidden };
}

function lost(): TeselaError {
  return new TeselaError(
    "UNAVAILABLE",
    "The online store (Redis) was emptied, started again or replaced during a push, which may have lost a part of it.",
    { fix: "The push is done again by itself." },
  );
}
