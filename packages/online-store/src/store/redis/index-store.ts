import type { Deadline } from "../deadline.ts";
import type { IndexMember, IndexRead, IndexRemoval } from "../port.ts";
import { sendAll } from "./client.ts";
import type { RedisConnection } from "./connection.ts";
import type { RedisKeys } from "./keys.ts";
import { scoreFrom, scoreUpTo } from "./score.ts";
import { removeMembersScript } from "./script.ts";

const MEMBERS_PER_COMMAND = 256;
const COMMANDS_PER_CALL = 500;

type Command = readonly (string | number | Buffer)[];

/** The indexes: sorted sets of members, whose scores are how late they are, each in the slot of its entity. */
export class IndexStore {
  readonly #connection: RedisConnection;
  readonly #keys: RedisKeys;
  readonly #forWriting: Deadline;

  constructor(connection: RedisConnection, keys: RedisKeys, forWriting: Deadline) {
    this.#connection = connection;
    this.#keys = keys;
    this.#forWriting = forWriting;
  }

  async add(generation: number, members: readonly IndexMember[]): Promise<void> {
    const byIndex = Map.groupBy(members, ({ key }) => this.#keys.index(generation, key));
    const commands = [...byIndex].flatMap(([redisKey, own]) =>
      slices(own, MEMBERS_PER_COMMAND).map((some): Command => [
        "zadd",
        redisKey,
        "GT",
        ...some.flatMap(({ latest, member }) => [scoreFrom(latest), bufferOf(member)]),
      ]),
    );
    for (const some of slices(commands, COMMANDS_PER_CALL)) {
      await this.#connection.run(this.#forWriting, (client) => sendAll(client, some));
    }
  }

  async remove(generation: number, removals: readonly IndexRemoval[]): Promise<void> {
    const commands = removals.map(({ key, member, before }): Command => {
      const redisKey = this.#keys.index(generation, key);
      const score = scoreUpTo(before);
      return member === null
        ? ["zremrangebyscore", redisKey, "-inf", `(${score}`]
        : ["evalsha", removeMembersScript.sha, 1, redisKey, score, bufferOf(member)];
    });
    for (const some of slices(commands, COMMANDS_PER_CALL)) {
      await this.#connection.runScript(removeMembersScript, this.#forWriting, (client) =>
        sendAll(client, some),
      );
    }
  }

  async read({ generation, key, since, limit }: IndexRead, deadline: Deadline): Promise<readonly Buffer[]> {
    const redisKey = this.#keys.index(generation, key);
    const found = await this.#connection.run(deadline, (client) =>
      client.zrangebyscoreBuffer(redisKey, scoreUpTo(since), "+inf", "LIMIT", 0, limit),
    );
    return found;
  }
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function slices<T>(all: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}
