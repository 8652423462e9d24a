import { describe, expect, it } from "vitest";

import { adviceOn, checkServer, parseServerInfo, sumOf } from "./server-info.ts";

const reply = (policy: string, limit = 0, cluster = 0) =>
  [
    "# Server",
    "redis_version:7.0.15",
    "# Memory",
    "used_memory:1048576",
    `maxmemory:${limit}`,
    `maxmemory_policy:${policy}`,
    "# Cluster",
    `cluster_enabled:${cluster}`,
    "",
  ].join("\r\n");

describe("the check of a Redis server", () => {
  it("reads version, memory, limit, policy and cluster mode from INFO", () => {
    expect(parseServerInfo(reply("noeviction", 4096, 1))).toEqual({
      version: "7.0.15",
      usedBytes: 1_048_576,
      maxBytes: 4_096,
      evictionPolicy: "noeviction",
      isCluster: true,
    });
  });

  it("passes noeviction, with a memory limit and without", () => {
    for (const limit of [0, 4_096]) {
      expect(() => checkServer(parseServerInfo(reply("noeviction", limit)), false)).not.toThrow();
    }
  });

  it.each(["allkeys-lru", "volatile-ttl"])(
    "refuses %s, with a memory limit and without, and says the fix",
    (policy) => {
      for (const limit of [0, 4_096]) {
        expect(() => checkServer(parseServerInfo(reply(policy, limit)), false)).toThrow(
          expect.objectContaining({
            code: "MISCONFIGURED",
            fix: "Run CONFIG SET maxmemory-policy noeviction, and put it into redis.conf so that it stays.",
          }),
        );
      }
    },
  );

  it("refuses a cluster by the url of a single server, and the reverse, and says which url is right", () => {
    for (const [isCluster, protocol] of [
      [true, "redis-cluster://"],
      [false, "redis://"],
    ] as const) {
      const info = parseServerInfo(reply("noeviction", 0, isCluster ? 1 : 0));
      expect(() => checkServer(info, isCluster)).not.toThrow();
      expect(() => checkServer(info, !isCluster)).toThrow(
        expect.objectContaining({ code: "MISCONFIGURED", fix: expect.stringContaining(protocol) as string }),
      );
    }
  });

  it("refuses a server that does not tell its policy", () => {
    expect(() => checkServer(parseServerInfo(""), false)).toThrow(/unknown/);
  });

  it("adds up the memory of a cluster, which has a limit where each server has one", () => {
    const [some, more] = [parseServerInfo(reply("noeviction", 4_096)), parseServerInfo(reply("noeviction"))];
    expect(sumOf([some, some])).toEqual({ version: "7.0.15", usedBytes: 2_097_152, maxBytes: 8_192 });
    expect(sumOf([some, more])).toEqual({ version: "7.0.15", usedBytes: 2_097_152, maxBytes: null });
  });

  it("advises a larger listpack value where the server tells a small one", () => {
    expect(adviceOn(64)).toHaveLength(1);
    expect(adviceOn(512)).toEqual([]);
    expect(adviceOn(null)).toEqual([]);
  });
});
