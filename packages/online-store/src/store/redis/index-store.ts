import type { Deadline } from "../deadline.ts";
import type { IndexMember, IndexRead, IndexRemoval } from "../port.ts";
import { sendAll } from "./client.ts";
import type { RedisConnection } from "./connection.ts";
import type { Layout } from "./layout.ts";
import { scoreFrom, scoreUpTo } from "./score.ts";
import { callOf, type Command, type Script } from "./script.ts";

const MEMBERS_PER_COMMAND = 256;
const COMMANDS_PER_CALL = 500;

/** The indexes: sorted sets of members, whose scores are how late they are, each in the slot of its entity. */
export class IndexStore {
  readonly #connection: RedisConnection;
  readonly #layout: Layout;
  readonly #forWriting: Deadline;

  constructor(connection: RedisConnection, layout: Layout, forWriting: Deadline) {
    this.#connection = connection;
    this.#layout = layout;
    this.#forWriting = forWriting;
  }

  async add(generation: number, members: readonly IndexMember[]): Promise<void> {
    const { keys, scripts, change } = this.#layout;
    const byIndex = Map.groupBy(members, ({ key }) => keys.index(generation, key));
    const commands = [...byIndex].flatMap(([redisKey, own]) =>
      slices(own, MEMBERS_PER_COMMAND).map((some) => {
        const scored = some.flatMap(({ latest, member }) => [scoreFrom(latest), bufferOf(member)]);
        return change(keys.shardOf(some[0]!.key), ["zadd", redisKey, "GT", ...scored]);
      }),
    );
    await this.#send(scripts.change, commands);
  }

  async remove(generation: number, removals: readonly IndexRemoval[]): Promise<void> {
    const { keys, scripts } = this.#layout;
    const commands = removals.map(({ key, member, before }) => {
      const members = member === null ? [] : [bufferOf(member)];
      const place = keys.place(keys.shardOf(key), []);
      return callOf(
        scripts.removeMembers,
        place,
        [keys.index(generation, key)],
        [scoreUpTo(before), ...members],
      );
    });
    await this.#send(scripts.removeMembers, commands);
  }

  async read({ generation, key, since, limit }: IndexRead, deadline: Deadline): Promise<readonly Buffer[]> {
    const redisKey = this.#layout.keys.index(generation, key);
    const found = await this.#connection.run(deadline, (client) =>
      client.zrangebyscoreBuffer(redisKey, scoreUpTo(since), "+inf", "LIMIT", 0, limit),
    );
    return found;
  }

  async #send(script: Script, commands: readonly Command[]): Promise<void> {
    for (const some of slices(commands, COMMANDS_PER_CALL)) {
      await this.#connection.runScript(script, this.#forWriting, (client) => sendAll(client, some));
    }
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
