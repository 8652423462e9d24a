import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { PostgresConnections } from "./connections.ts";

const connections = new PostgresConnections(inject("pgUrl"), 1);
beforeAll(() => connections.open());
afterAll(() => connections.close());

const LONG = { timeoutMs: 10_000 };
const pidOf = async (): Promise<number> => {
  const { rows } = await connections.run<{ pid: number }>(LONG, {
    name: "pid",
    text: "select pg_backend_pid() as pid",
    values: [],
  });
  return rows[0]!.pid;
};

test("who waits in vain for a connection leaves it as it was for the next one", async () => {
  const pid = await pidOf();
  const busy = Promise.withResolvers<void>();
  const first = connections.use(LONG, () => busy.promise);
  await expect(connections.use({ timeoutMs: 20 }, async () => undefined)).rejects.toMatchObject({
    code: "TIMEOUT",
  });
  busy.resolve();
  await first;
  expect(await pidOf()).toBe(pid);
});

test("a connection that has not answered in time is destroyed, and its late answer reaches nobody", async () => {
  const pid = await pidOf();
  const slow = connections.use({ timeoutMs: 20 }, (client) => client.query("select pg_sleep(0.2)"));
  await expect(slow).rejects.toMatchObject({ code: "TIMEOUT" });
  expect(await pidOf()).not.toBe(pid);
});

test("an error that the server answers leaves the connection as it is", async () => {
  const pid = await pidOf();
  const refused = connections.use(LONG, (client) => client.query("select 1 / 0"));
  await expect(refused).rejects.toMatchObject({ code: "INTERNAL" });
  expect(await pidOf()).toBe(pid);
});

test("a connection that is lost while nobody uses it is not lent again", async () => {
  const pid = await pidOf();
  const other = new PostgresConnections(inject("pgUrl"), 1);
  other.open();
  await other.use(LONG, (client) => client.query("select pg_terminate_backend($1)", [pid]));
  await other.close();
  await expect.poll(pidOf).not.toBe(pid);
});

test("who waits for a connection gets the one that is given back", async () => {
  const pids = await Promise.all(Array.from({ length: 20 }, pidOf));
  expect(new Set(pids).size).toBe(1);
});

test("closing waits for what runs, and leaves no connection open", async () => {
  const closing = new PostgresConnections(inject("pgUrl"), 2);
  closing.open();
  const slow = closing.use(LONG, (client) => client.query("select pg_sleep(0.1)"));
  await closing.use(LONG, (client) => client.query("select 1"));
  await Promise.all([slow, closing.close()]);
  await expect(closing.use(LONG, async () => undefined)).rejects.toMatchObject({ code: "UNAVAILABLE" });
});
