import { micros, type TimeRange } from "@tesela/core";
import type { Database } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { refuseExpired } from "../snapshots/refuse-expired.ts";
import type { GenerationState, Ledger, LedgerTime, LiveRange, Store } from "../types/ledger.ts";
import { expectedOnline } from "./expected-online.ts";
import { generationNotFound } from "./lock-generation.ts";
import { isLiveAt, newestCommit, readAbandonedFiles, readCommitFiles, readSnapshot } from "./snapshot.ts";

interface Bounds {
  readonly start: bigint;
  readonly end: bigint;
}

/** The ledger in Postgres: its reading side; commits write it. */
export function createLedger(database: Database): Ledger {
  return {
    ranges: (generationId, store, at = {}) => liveRanges(database, generationId, store, at),
    reservations: (generationId, store) => reservations(database, generationId, store),
    snapshot: (generationId, options) => readSnapshot(database, generationId, options, null),
    filesOfRange: (generationId, options) => readSnapshot(database, generationId, options, options.range),
    filesOfCommit: (commitId) => readCommitFiles(database, commitId),
    abandonedFiles: (generationId, range) => readAbandonedFiles(database, generationId, range),
    expectedOnline: (workspaceId) => expectedOnline(database, workspaceId),
    generation: (generationId) => readGeneration(database, generationId),
  };
}

async function liveRanges(
  database: Database,
  generationId: number,
  store: Store,
  at: LedgerTime,
): Promise<LiveRange[]> {
  const commitSeq = await newestCommit(database, generationId, at);
  const rows = await database.rows<Bounds & Omit<LiveRange, "range">>(statement`
    select
      lower(range.during) as start,
      upper(range.during) as end,
      commit.seq as "commitSeq",
      commit.job_id as "jobId",
      commit.source_fingerprint as "sourceFingerprint"
    from range
    join commit on commit.id = range.commit_id
    where range.generation_id = ${generationId} and range.store = ${store} and ${isLiveAt(commitSeq)}
    order by range.during`);
  await refuseExpired(database, generationId, commitSeq);
  return rows.map(({ start, end, ...rest }) => ({ range: rangeOf({ start, end }), ...rest }));
}

async function reservations(
  database: Database,
  generationId: number,
  store: Store,
): Promise<{ range: TimeRange; jobId: string }[]> {
  const rows = await database.rows<Bounds & { jobId: string }>(statement`
    select lower(during) as start, upper(during) as end, job_id as "jobId"
    from range
    where generation_id = ${generationId} and store = ${store} and state = 'reserved'
    order by during`);
  return rows.map(({ jobId, ...bounds }) => ({ range: rangeOf(bounds), jobId }));
}

function rangeOf({ start, end }: Bounds): TimeRange {
  return { start: micros(start), end: micros(end) };
}

async function readGeneration(database: Database, generationId: number): Promise<GenerationState> {
  const row = await database.first<GenerationState>(statement`
    select
      id, number,
      workspace_id as "workspaceId",
      view_name as "viewName",
      last_commit_seq as "lastCommitSeq",
      online_edge as "onlineEdge",
      created_at as "createdAt",
      retired_at as "retiredAt"
    from view_generation
    where id = ${generationId}`);
  if (row === null) throw generationNotFound(generationId);
  return row;
}
