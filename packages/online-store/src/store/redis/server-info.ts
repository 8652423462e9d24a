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

/** Throws `MISCONFIGURED` if the server may evict keys, limit or not (decision 7), or is not of the kind its url says. */
export function checkServer({ evictionPolicy, isCluster }: ServerInfo, expectsCluster: boolean): void {
  if (evictionPolicy !== "noeviction") {
    throw new TeselaError(
      "MISCONFIGURED",
      `Redis has maxmemory-policy ${evictionPolicy}, expected noeviction: an evicted value would look like one that never was.`,
      { fix: "Run CONFIG SET maxmemory-policy noeviction, and put it into redis.conf so that it stays." },
    );
  }
  if (isCluster === expectsCluster) return;
  const [found, protocol] = isCluster ? ["as a cluster", "redis-cluster:"] : ["alone", "redis:"];
  throw new TeselaError("MISCONFIGURED", `Redis runs ${found}; its url says otherwise.`, {
    fix: `Begin the url with ${protocol}// (with TLS, ${protocol.replace("redis", "rediss")}//).`,
  });
}

/** What several servers are together: the oldest version, all memory, and a limit where each has one. */
export function sumOf(infos: readonly ServerInfo[]): Pick<ServerInfo, "version" | "usedBytes" | "maxBytes"> {
  const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
  const limits = infos.flatMap(({ maxBytes }) => (maxBytes === null ? [] : [maxBytes]));
  return {
    version: infos.map(({ version }) => version).toSorted()[0] ?? "unknown",
    usedBytes: total(infos.map(({ usedBytes }) => usedBytes)),
    maxBytes: limits.length === infos.length ? total(limits) : null,
  };
}

/** The least `hash-max-listpack-value` at which typical packed values stay compact. */
const LISTPACK_VALUE_BYTES = 512;

/** What an operator should change, given `hash-max-listpack-value` (null: the server does not tell). */
export function adviceOn(listpackValueBytes: number | null): readonly string[] {
  if (listpackValueBytes === null || listpackValueBytes >= LISTPACK_VALUE_BYTES) return [];
  return [
    `hash-max-listpack-value is ${listpackValueBytes}: values beyond it take about 1.3 times the memory; set it to ${LISTPACK_VALUE_BYTES}.`,
  ];
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1)];
}
