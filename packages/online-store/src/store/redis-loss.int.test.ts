import { freePort, startRedisCluster, startRedisServer } from "@tesela/test/support";
import { Redis } from "ioredis";
import { expect, test } from "vitest";

import type { EntityKey } from "./port.ts";
import { clusterKeys } from "./redis/cluster-keys.ts";
import { ask, GENERATION, keys, opened, push, until } from "./suite/commits.ts";
import { codeOf } from "./suite/failure.ts";

test("a push during which Redis is emptied, starts again or loses its primary does not end as complete", async () => {
  const [port, otherPort] = [await freePort(), await freePort()];
  let server = await startRedisServer(port);
  const replica = await startRedisServer(otherPort, { replicaof: `127.0.0.1 ${port}` });
  await using store = await opened(server.url);
  const client = new Redis(server.url);
  client.on("error", () => undefined);
  const lost = { code: "UNAVAILABLE", message: expect.stringContaining("during a push") as string };

  await push(store.store, 1n);
  expect(await ask(store.store, keys[0]!)).toBe("1: of 1");
  await expect(push(store.store, 2n, () => client.flushall())).rejects.toMatchObject(lost);
  expect(await ask(store.store, keys[0]!)).toBe("none: null");

  const restart = async () => {
    await server.stop("SIGKILL");
    server = await startRedisServer(port);
    await until(
      () => ask(store.store, keys[0]!),
      (found) => found.startsWith("none"),
    );
  };
  await expect(push(store.store, 3n, restart)).rejects.toMatchObject(lost);

  // The same server becomes a replica and a primary again, as a fail-over makes it.
  await push(store.store, 4n);
  const failOver = async () => {
    await client.replicaof("127.0.0.1", otherPort);
    await client.replicaof("NO", "ONE");
  };
  await expect(push(store.store, 5n, failOver)).rejects.toMatchObject(lost);
  await push(store.store, 6n);
  expect(await ask(store.store, keys[0]!)).toBe("6: of 6");
  client.disconnect();
  await Promise.all([server.stop("SIGKILL"), replica.stop("SIGKILL")]);
});

test("what was written is settled once the replica has it, and not while it stands still", async () => {
  const port = await freePort();
  const server = await startRedisServer(port);
  const replica = await startRedisServer(await freePort(), {
    replicaof: `127.0.0.1 ${port}`,
    "repl-diskless-sync-delay": "0",
  });
  await using store = await opened(server.url, { writeTimeoutMs: 500 });
  const client = new Redis(server.url);
  await until(
    () => client.info("replication"),
    (found) => found.includes("state=online"),
  );
  // A replica may be slow to acknowledge: while it is loading, or on a busy machine.
  const settled = () =>
    until(
      () => store.store.settle().then(() => "settled", codeOf),
      (found) => found === "settled",
    );
  expect(await settled()).toBe("settled");
  replica.freeze();
  await expect(store.store.settle()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  replica.thaw();
  expect(await settled()).toBe("settled");
  client.disconnect();
  await Promise.all([server.stop("SIGKILL"), replica.stop("SIGKILL")]);
});

test("a cluster answers through a fail-over; what a replica had not heard of shows as an older commit", async () => {
  await using cluster = await startRedisCluster(3, 1);
  await using store = await opened(cluster.url);
  await push(store.store, 1n);
  const [first, second] = [inPart(0), inPart(1)];

  // The replica has all: nothing is lost.
  await cluster.nodes[0]!.stop("SIGKILL");
  const seen = new Set<string>();
  await until(
    async () => {
      expect(await ask(store.store, second)).toBe("1: of 1");
      const answer = await ask(store.store, first);
      seen.add(answer);
      return answer;
    },
    (answer) => answer === "1: of 1",
  );
  for (const answer of seen) expect(["1: of 1", "UNAVAILABLE", "TIMEOUT"]).toContain(answer);
  expect(await store.store.states([GENERATION])).toMatchObject([{ marker: { commitSeq: 1n } }]);

  // The replica is cut off and stands still while a commit comes, and then takes over.
  cluster.nodes[4]!.freeze();
  const client = new Redis(cluster.nodes[1]!.url);
  await client.call("CLIENT", "KILL", "TYPE", "replica");
  client.disconnect();
  await push(store.store, 2n);
  expect(await ask(store.store, second)).toBe("2: of 2");
  await cluster.nodes[1]!.stop("SIGKILL");
  cluster.nodes[4]!.thaw();
  await using other = await opened(cluster.url);
  const after = await until(
    () => ask(other.store, second),
    (answer) => answer.startsWith("1"),
  );
  expect(after).toBe("1: of 1");
  // Who has seen the later commit knows by itself that it is lost.
  expect(await ask(store.store, second)).toBe("UNAVAILABLE");
  expect(await ask(store.store, first)).toBe("2: of 2");
  expect(await store.store.states([GENERATION])).toMatchObject([{ marker: { commitSeq: 1n } }]);

  await store.store.dropGeneration(GENERATION);
  expect(await ask(store.store, first)).toBe("none: null");
  await push(store.store, 3n);
  expect([await ask(store.store, first), await ask(store.store, second)]).toEqual(["3: of 3", "3: of 3"]);
});

/** A key of the slots that one of three primaries began with. */
function inPart(part: number): EntityKey {
  const layout = clusterKeys("tesela");
  return keys.find((key) => Math.floor((layout.shardOf(key) * 3) / layout.shardCount) === part)!;
}
