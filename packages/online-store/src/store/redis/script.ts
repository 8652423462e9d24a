import { createHash } from "node:crypto";

/** A Lua script and the name under which the server knows it. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/** Where a script finds what is known of a shard: the keys and arguments that come before its others. */
export interface ShardPlace {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** A command with its arguments. */
export type Command = readonly [name: string, ...args: (string | number | Buffer)[]];

/** The script of this source. */
export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

/** The call of a script for a shard, with keys and arguments of its own. */
export function callOf(
  { sha }: Script,
  { keys, args }: ShardPlace,
  ownKeys: readonly string[],
  ownArgs: readonly (string | number | Buffer)[],
): Command {
  return ["evalsha", sha, keys.length + ownKeys.length, ...keys, ...ownKeys, ...args, ...ownArgs];
}
