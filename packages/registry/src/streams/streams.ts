import { setTimeout } from "node:timers/promises";
import { TeselaError } from "@tesela/core";
import type { Database, Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { Streams } from "../types/stream.ts";
import { appendBatch, knownBatch } from "./append.ts";
import { openTurn } from "./turn.ts";

/** Of advisory locks of this database, those of turns; the other half of a lock is the generation. */
export const TURN_LOCKS = 7_415_001;
const POLL_MS = 20;
const LONGEST_WAIT_MS = 60_000;

/** The log of streams in Postgres; whoever has a generation's lock is its only writer online. */
export function createStreams(database: Database): Streams {
  return {
    async append(batch) {
      const known = await database.transaction((tx) => appendBatch(tx, batch));
      return { isRepeated: known !== null, result: known === null ? batch.result : known.result };
    },
    async known(workspaceId, idempotencyKey, digest) {
      return (await knownBatch(database, workspaceId, idempotencyKey, digest))?.result ?? null;
    },
    takeTurn: (generationId, work, signal) =>
      database.transaction(async (tx) => {
        await waitForLock(tx, generationId, signal);
        return work(await openTurn(database, generationId));
      }),
  };
}

/** The lock ends with the transaction, so also with the process that holds it. */
async function waitForLock(tx: Queries, generationId: number, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  while (!(await tryLock(tx, generationId))) {
    if (performance.now() > deadline) throw busy();
    await setTimeout(POLL_MS, undefined, { signal });
  }
}

async function tryLock(tx: Queries, generationId: number): Promise<boolean> {
  const row = await tx.first<{ isOurs: boolean }>(
    statement`select pg_try_advisory_xact_lock(${TURN_LOCKS}::integer, ${generationId}::integer) as "isOurs"`,
  );
  return row!.isOurs;
}

function busy(): TeselaError {
  return new TeselaError(
    "UNAVAILABLE",
    "The online values of the feature view are being brought up to date.",
    {
      fix: "Nothing that was accepted is lost: try again in a while.",
    },
  );
}
