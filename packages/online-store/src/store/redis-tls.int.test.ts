import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setDefaultCACertificates } from "node:tls";

import { clientOf, clusterTls, startRedisCluster, type ClusterTls } from "@tesela/test/support";
import { expect, onTestFinished, test } from "vitest";

import { openRedisStore } from "./redis/redis-store.ts";
import { ask, GENERATION, keys, push } from "./suite/commits.ts";
import { codeOf, PASSWORD } from "./suite/failure.ts";

/** What docs/operations/online-store.md asks for, and nothing else. */
const RIGHTS = ["+@read", "+@write", "+@scripting", "+@connection", "+info", "+cluster", "+wait"];

test("a cluster over TLS serves a user with a password and few rights; who is not let in is told why", async () => {
  const tls = certificateFor("IP:127.0.0.1");
  await using cluster = await startRedisCluster(3, 1, {
    ...tls.settings,
    requirepass: PASSWORD,
    masterauth: PASSWORD,
  });
  for (const node of cluster.nodes) {
    const client = clientOf(node);
    await client.call("ACL", "SETUSER", "tesela", "on", `>${PASSWORD}`, "~tesela:*", ...RIGHTS);
    client.disconnect();
  }
  const url = cluster.url.replace("//:", "//tesela:");
  expect(await use(url)).toMatch(/^UNAVAILABLE: .* certificate/);
  setDefaultCACertificates([tls.authority]);
  expect(await use(url)).toBe("1: of 1");
  expect(await use(cluster.url)).toBe("2: of 2");
  expect(await use(url.replace(PASSWORD, "other"))).toMatch(/^MISCONFIGURED: .* WRONGPASS/);
  const unencrypted = await use(url.replace("rediss", "redis"));
  expect(unencrypted).toMatch(/^UNAVAILABLE: /);
  expect(unencrypted).not.toContain(PASSWORD);
});

test("nodes that announce a name are held to it, and an address that no certificate is for is refused", async () => {
  const tls = certificateFor("DNS:localhost");
  setDefaultCACertificates([tls.authority]);
  await using cluster = await startRedisCluster(3, 0, {
    ...tls.settings,
    "cluster-announce-hostname": "localhost",
    "cluster-preferred-endpoint-type": "hostname",
  });
  const url = cluster.url.replaceAll("127.0.0.1", "localhost");
  expect(await use(url)).toBe("1: of 1");
  for (const node of cluster.nodes) {
    const client = clientOf(node);
    await client.config("SET", "cluster-preferred-endpoint-type", "ip");
    client.disconnect();
  }
  expect(await use(url)).toMatch(/^UNAVAILABLE: .* does not match certificate's altnames: IP: 127\.0\.0\.1/);
});

function certificateFor(names: string): ClusterTls {
  const folder = mkdtempSync(join(tmpdir(), "redis-tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return clusterTls(folder, names);
}

/** What the next commit is read as, or why that fails. */
async function use(url: string): Promise<string> {
  const store = openRedisStore({ url });
  try {
    await store.start();
    const [state] = await store.states([GENERATION]);
    await push(store, (state!.marker?.commitSeq ?? 0n) + 1n);
    await store.settle();
    await store.dropGeneration(GENERATION + 1);
    await store.info();
    return await ask(store, keys[0]!);
  } catch (error) {
    return `${String(codeOf(error))}: ${String(error)}`;
  } finally {
    await store.stop();
  }
}
