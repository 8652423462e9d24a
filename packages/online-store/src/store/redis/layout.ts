import { clusterKeys } from "./cluster-keys.ts";
import { redisKeys, type RedisKeys, type SingleKeys } from "./keys.ts";
import { callOf, type Command } from "./script.ts";
import { clusterScripts, singleScripts, type Scripts } from "./scripts.ts";

/** How data lie on a single server or on a cluster, and the scripts that know it. */
export interface Layout<Keys extends RedisKeys = RedisKeys> {
  readonly keys: Keys;
  readonly scripts: Scripts;
  /** A command that makes or removes a key of a shard, as it is sent, where the keys of a shard are counted. */
  readonly change: (shard: number, command: Command) => Command;
}

/** The layout of a single server, whose keys nobody counts: they are lost all at once. */
export function singleLayout(prefix: string): Layout<SingleKeys> {
  return { keys: redisKeys(prefix), scripts: singleScripts, change: (_, command) => command };
}

/** The layout of a cluster. */
export function clusterLayout(prefix: string): Layout {
  const keys = clusterKeys(prefix);
  return {
    keys,
    scripts: clusterScripts,
    change: (shard, [name, key, ...args]) =>
      callOf(clusterScripts.change, keys.place(shard, []), [String(key)], [name, ...args]),
  };
}
