import { TeselaError } from "@tesela/core";

/** The fields of `INFO` that the store looks at. */
export interface ServerInfo {
  readonly version: string;
  readonly usedBytes: number;
  /** Null where memory has no limit. */
  readonly maxBytes: number | null;
  readonly evictionPolicy: string;
  readonly isCluster: boolean;
}

/** Reads the reply of `INFO`. */
export function parseServerInfo(reply: string): ServerInfo {
  const fields = new Map(reply.split("\r\n").map(splitField));
  return {
    version: fields.get("redis_version") ?? "unknown",
    usedBytes: Number(fields.get("used_memory") ?? 0),
    maxBytes: Number(fields.get("maxmemory") ?? 0) || null,
    evictionPolicy: fields.get("maxmemory_policy") ?? "unknown",
    isCluster: fields.get("cluster_enabled") === "1",
  };
}

/** Throws `MISCONFIGURED` if the server may evict keys, limit or not (decision 7), or is a cluster. */
export function checkServer({ evictionPolicy, isCluster }: ServerInfo): void {
  if (evictionPolicy !== "noeviction") {
    throw new TeselaError(
      "MISCONFIGURED",
      `Redis has maxmemory-policy ${evictionPolicy}, expected noeviction: an evicted value would look like one that never was.`,
      { fix: "Run CONFIG SET maxmemory-policy noeviction, and put it into redis.conf so that it stays." },
    );
  }
  if (isCluster) {
    throw new TeselaError(
      "MISCONFIGURED",
      "Redis runs as a cluster; the online store needs a single primary.",
      {
        fix: "Give the url of a Redis with cluster-enabled no.",
      },
    );
  }
}

/** The least `hash-max-listpack-value` at which typical packed values stay compact. */
const LISTPACK_VALUE_BYTES = 512;

/** What an operator should change, given `hash-max-listpack-value` (null: the server does not tell). */
export function adviceOn(listpackValueBytes: number | null): readonly string[] {
  if (listpackValueBytes === null || listpackValueBytes >= LISTPACK_VALUE_BYTES) return [];
  return [
    `hash-max-listpack-value is ${listpackValueBytes}: values beyond it take about 1.6 times the memory; set it to ${LISTPACK_VALUE_BYTES}.`,
  ];
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1)];
}
