import { randomUUID } from "node:crypto";
import { OnlineReader, openPostgresStore } from "@tesela/online-store";
import { createDatabase, startPostgres } from "@tesela/test/support";
import { Client } from "pg";
import type { WorkResult } from "../harness/work.ts";
import { bytesOf } from "./bytes.ts";
import { fillAttributes, keyOf } from "./fill.ts";
import { readContest } from "./latency.ts";
import { attributeView, NOW } from "./views.ts";

const KEYS = 500;
const BAR = 1.5;

/** One view of 20 attributes on Postgres, against a bare prepared select of the same bytes by primary key. */
export async function postgresReads(isQuick: boolean): Promise<WorkResult> {
  await using stack = new AsyncDisposableStack();
  const postgres = await startPostgres();
  stack.defer(() => postgres.stop());
  const url = await createDatabase(postgres.url);
  const store = openPostgresStore({ url });
  await store.start();
  stack.defer(() => store.stop());
  const client = new Client(url);
  await client.connect();
  stack.defer(() => client.end());
  const served = await fillAttributes(store, attributeView("one", 20), 1, KEYS);
  await client.query("create table bare (key text primary key, value bytea not null)");
  const keys = Array.from({ length: KEYS }, () => randomUUID());
  for (const [index, key] of keys.entries()) {
    const packed = await bytesOf(store, [{ served, key: keyOf(index) }], NOW);
    await client.query("insert into bare values ($1, $2)", [key, packed]);
  }
  const reader = new OnlineReader(store);
  const text = "select value from bare where key = $1";
  return await readContest({
    work: "Postgres: one view of 20 attributes, p50 against a prepared select by primary key",
    bar: BAR,
    isQuick,
    ours: (read) => reader.read(served, keyOf(read % KEYS), NOW),
    theirs: (read) => client.query({ name: "bare", text, values: [keys[read % KEYS]!] }),
  });
}
