import { randomUUID } from "node:crypto";

import { TeselaError } from "@tesela/core";

import type { Deadline } from "../deadline.ts";
import type { GenerationState, Marker } from "../port.ts";
import { sendAll } from "./client.ts";
import type { RedisConnection } from "./connection.ts";
import type { RedisKeys } from "./keys.ts";
import { decodeMarker, encodeMarker } from "./marker-codec.ts";
import { markerScript, statesScript } from "./script.ts";

/** A shard's history, then the marker of each generation. */
type StatesReply = readonly [Buffer, readonly (Buffer | null)[]];

/** The markers of all shards, which move forward together. */
export class MarkerStore {
  readonly #connection: RedisConnection;
  readonly #keys: RedisKeys;
  readonly #deadline: Deadline;

  constructor(connection: RedisConnection, keys: RedisKeys, deadline: Deadline) {
    this.#connection = connection;
    this.#keys = keys;
    this.#deadline = deadline;
  }

  /** What every shard holds of generations. */
  async states(generations: readonly number[]): Promise<readonly GenerationState[]> {
    const replies = await this.#connection.runScript(statesScript, this.#deadline, (client) =>
      Promise.all(
        this.#shards().map((shard) => {
          const keys = [this.#keys.life(shard), ...generations.map((one) => this.#keys.marker(one, shard))];
          return client.callBuffer("EVALSHA", [statesScript.sha, keys.length, ...keys, randomUUID()]);
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
  async write(generation: number, marker: Marker, history: string | undefined): Promise<boolean> {
    const expected = history?.split(" ") ?? [];
    const value = encodeMarker(marker);
    const commands = this.#shards().map((shard) => [
      "evalsha",
      markerScript.sha,
      2,
      this.#keys.marker(generation, shard),
      this.#keys.life(shard),
      value,
      expected[shard] ?? "",
    ]);
    const replies = await this.#connection.runScript(markerScript, this.#deadline, (client) =>
      sendAll(client, commands),
    );
    if (replies.includes(-1)) throw lost();
    return replies.every((reply) => reply === 1);
  }

  #shards(): readonly number[] {
    return Array.from({ length: this.#keys.shardCount }, (_, shard) => shard);
  }
}

/** What all shards have reached. */
function leastOf(markers: readonly (Buffer | null)[]): Marker | null {
  const all = markers.flatMap((marker) => (marker === null ? [] : [decodeMarker(marker)]));
  if (all.length < markers.length) return null;
  return all.reduce((least, one) => (one.commitSeq < least.commitSeq ? one : least));
}

function lost(): TeselaError {
  return new TeselaError(
    "UNAVAILABLE",
    "The online store (Redis) was emptied, started again or replaced during a push, which may have lost a part of it.",
    { fix: "The push is done again by itself." },
  );
}
