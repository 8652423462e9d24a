import { spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMPILED } from "@tesela/test/support";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { batchFeatureView, batchSource, count, parquetFiles, declarationsOf, entity, sql } from "@tesela/sdk";
import { startEmbedded } from "./start-embedded.ts";
import type { ChildProcess } from "node:child_process";
import type { EmbeddedPlatform } from "./start-embedded.ts";

const made: string[] = [];

function newDirectory(): string {
  const dir = join(mkdtempSync(join(tmpdir(), "tesela-embedded-")), ".tesela");
  made.push(dir);
  return dir;
}

function start(dir: string, options: Parameters<typeof startEmbedded>[0] = {}): Promise<EmbeddedPlatform> {
  return startEmbedded({ dir, logLevel: "fatal", workerMemory: "512MB", ...options });
}

async function getJson(platform: Pick<EmbeddedPlatform, "url" | "apiKey">, path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${platform.apiKey}` };
  return (await fetch(`${platform.url}${path}`, { headers })).json();
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(" ").map(Number);
}

/** `tesela dev` as a process of its own, and the address that it prints. */
async function startCommand(dir: string, ...args: string[]): Promise<{ child: ChildProcess; url: string }> {
  const program = fileURLToPath(new URL("../../bin/tesela.mjs", import.meta.url));
  const own = { TESELA_LOG_LEVEL: "fatal", TESELA_WORKER_MEMORY: "512MB" };
  const env = { PATH: process.env["PATH"], ...COMPILED, ...own };
  const line = [program, "dev", "--json", "--dir", dir, "--port", "0", ...args];
  const child = spawn(process.execPath, line, { env, stdio: ["ignore", "pipe", "inherit"] });
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return { child, url: (JSON.parse(chunk.toString()) as { url: string }).url };
}

afterAll(() => {
  for (const dir of made) {
    rmSync(realpathSync(join(dir, "postgres")), { recursive: true, force: true });
    rmSync(join(dir, ".."), { recursive: true, force: true });
  }
});

describe("a running platform", () => {
  const dir = newDirectory();
  let platform: EmbeddedPlatform;
  beforeAll(async () => {
    platform = await start(dir, { clock: "2024-02-01" });
  });
  afterAll(() => platform.stop());

  test("is ready, with a worker that checks what is planned", async () => {
    expect(await getJson(platform, "/readyz")).toEqual({ status: "ready" });
    const orders = batchSource({
      name: "orders",
      batch: parquetFiles("none.parquet", { timestampField: "at" }),
    });
    const view = batchFeatureView({
      name: "customer_orders",
      entities: [entity({ name: "customer", joinKeys: { id: "int64" } })],
      sources: { orders },
      transform: ({ orders }) => sql`select id, at, amount from ${orders}`,
      timestampField: "at",
      features: [count("amount", "7d")],
      batchSchedule: "1d",
      featureStartTime: "2024-01-31",
    });
    const planned = platform.client.getWorkspace("default").plan(declarationsOf({ view }));
    await expect(planned).rejects.toThrow("none.parquet");
  });

  test("listens on the loopback address alone", async () => {
    const { hostname, port } = new URL(platform.url);
    expect(hostname).toBe("127.0.0.1");
    const others = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of others) {
      const socket = createConnection({ host: address, port: Number(port) });
      await expect(once(socket, "connect")).rejects.toThrow("ECONNREFUSED");
    }
  });

  test("answers nobody without a key", async () => {
    expect((await fetch(`${platform.url}/v1/workspaces`)).status).toBe(401);
    const body = JSON.stringify({ joinKeys: {} });
    const online = `${platform.url}/v1/workspaces/default/feature-views/v/online-features`;
    expect((await fetch(online, { method: "POST", body })).status).toBe(401);
  });

  test("keeps key and address where only their owner reads them", () => {
    expect(readFileSync(join(dir, "api-key"), "utf8").trim()).toBe(platform.apiKey);
    expect(readFileSync(join(dir, "url"), "utf8").trim()).toBe(platform.url);
    for (const file of ["api-key", "url"]) expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
  });

  test("has a clock that can be set and let go", async () => {
    expect(await getJson(platform, "/v1/clock")).toEqual({
      clock: { mode: "frozen", now: "2024-02-01T00:00:00Z" },
    });
    await platform.setClock("2024-03-01T12:00:00.000001Z");
    expect(await getJson(platform, "/v1/clock")).toMatchObject({
      clock: { now: "2024-03-01T12:00:00.000001Z" },
    });
    await platform.setClock(null);
    expect(await getJson(platform, "/v1/clock")).toMatchObject({ clock: { mode: "live" } });
  });

  test("is the only one on its directory: the error names its process", async () => {
    const second = start(dir);
    await expect(second).rejects.toHaveProperty("code", "CONFLICT");
    await expect(second).rejects.toThrow(`Process ${process.pid} `);
    expect(await getJson(platform, "/readyz")).toEqual({ status: "ready" });
  });
});

test("a second start has the same key and the clock that was set", async () => {
  const dir = newDirectory();
  const first = await start(dir, { clock: "2024-02-01" });
  await first.stop();
  await expect(fetch(first.url)).rejects.toThrow("fetch failed");
  await using second = await start(dir);
  expect(second.apiKey).toBe(first.apiKey);
  expect(await getJson(second, "/v1/clock")).toMatchObject({ clock: { now: "2024-02-01T00:00:00Z" } });
});

test("a start that fails half way leaves nothing behind", async () => {
  const dir = newDirectory();
  await expect(start(dir, { queue: "redis" })).rejects.toMatchObject({ code: "MISCONFIGURED" });
  await using platform = await start(dir);
  expect(await getJson(platform, "/readyz")).toEqual({ status: "ready" });
});

test("a killed platform takes its worker along and is started again on the same data", async () => {
  const dir = newDirectory();
  const { child } = await startCommand(dir, "--clock", "2024-02-01");
  const apiKey = readFileSync(join(dir, "api-key"), "utf8").trim();
  const left = childrenOf(child.pid!);
  expect(left).toHaveLength(2);
  child.kill("SIGKILL");
  await once(child, "exit");
  await using platform = await start(dir);
  expect(platform.apiKey).toBe(apiKey);
  expect(await getJson(platform, "/v1/clock")).toMatchObject({ clock: { now: "2024-02-01T00:00:00Z" } });
  await vi.waitFor(() => expect(left.filter(isAlive)).toEqual([]), { timeout: 20_000, interval: 50 });
});

test("Ctrl-C stops the command and everything that it started", async () => {
  const dir = newDirectory();
  const { child, url } = await startCommand(dir);
  const left = childrenOf(child.pid!);
  child.kill("SIGINT");
  const [code] = (await once(child, "exit")) as [number | null];
  expect(code).toBe(0);
  expect(left.filter(isAlive)).toEqual([]);
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});

test("a worker that is killed is started again", async () => {
  const dir = newDirectory();
  const { child, url } = await startCommand(dir);
  const apiKey = readFileSync(join(dir, "api-key"), "utf8").trim();
  const worker = childrenOf(child.pid!).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("worker.mjs"),
  )!;
  process.kill(worker, "SIGKILL");
  await vi.waitFor(
    () => {
      const now = childrenOf(child.pid!).filter((pid) => pid !== worker);
      expect(now.some((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("worker.mjs"))).toBe(
        true,
      );
    },
    { timeout: 10_000, interval: 50 },
  );
  expect(await getJson({ url, apiKey }, "/readyz")).toEqual({ status: "ready" });
  child.kill("SIGTERM");
  await once(child, "exit");
});
