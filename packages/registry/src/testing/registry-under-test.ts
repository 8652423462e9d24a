import { DAY, micros, type TimeRange } from "@tesela/core";
import { createDatabase, dropDatabase, openPool } from "@tesela/test/support";
import type pg from "pg";
import { afterAll, beforeAll, inject } from "vitest";
import { openRegistry } from "../open-registry.ts";
import type { Registry } from "../types.ts";
import type { Change } from "../types/definition.ts";
import type { IngestCommand, Job, TriggerCommand } from "../types/job.ts";
import type { NewCommit } from "../types/ledger.ts";
import { createEvents, createTable, createUser, putView } from "./definitions.ts";

/** A registry on a database of its own, with what tests of it say again and again. */
export interface RegistryUnderTest {
  registry: Registry;
  databaseUrl: string;
  workspaceId: number;
  /** Applies changes at the current revision. */
  apply(...changes: Change[]): Promise<void>;
  /** Creates a view of a new name; gives what is needed to trigger its jobs. */
  newView(): Promise<{ view: string; generationId: number }>;
  /** Creates a feature table of a new name; gives what is needed to ingest into it. */
  newTable(): Promise<{ view: string; generationId: number }>;
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

/** Opens the registry before the tests of a file and drops its database after them. */
export function useRegistry(): RegistryUnderTest {
  const under = {} as RegistryUnderTest;
  let pool: pg.Pool;
  beforeAll(async () => {
    const databaseUrl = await createDatabase(inject("pgUrl"));
    const registry = await openRegistry({ databaseUrl });
    pool = openPool(databaseUrl, 2);
    const { id: workspaceId } = await registry.workspaces.ensure("prod");
    Object.assign(under, { registry, databaseUrl, workspaceId });
    await under.apply(createUser, createEvents);
  });
  afterAll(async () => {
    await pool.end();
    await under.registry.stop();
    await dropDatabase(inject("pgUrl"), under.databaseUrl);
  });
  let views = 0;
  under.apply = async (...changes) => {
    const { revision } = await under.registry.definitions.current(under.workspaceId);
    await under.registry.definitions.applyChanges(under.workspaceId, revision, changes);
  };
  under.newView = async () => {
    const view = `view_${++views}`;
    await under.apply(putView(view));
    return { view, generationId: await currentGeneration(under, view) };
  };
  under.newTable = async () => {
    const view = `table_${++views}`;
    await under.apply(createTable(view));
    return { view, generationId: await currentGeneration(under, view) };
  };
  under.query = async (text, values = []) => (await pool.query<Record<string, unknown>>(text, values)).rows;
  return under;
}

/** The generation of a view as it is now. */
export async function currentGeneration(under: RegistryUnderTest, view: string): Promise<number> {
  const { objects } = await under.registry.definitions.current(under.workspaceId);
  return objects.find((one) => one.name === view)!.generationId!;
}

/** The range of whole days since the epoch. */
export function days(start: number, end: number): TimeRange {
  return { start: micros(BigInt(start) * DAY), end: micros(BigInt(end) * DAY) };
}

/** A command for both stores. */
export function commandFor(
  under: RegistryUnderTest,
  target: { view: string; generationId: number },
  range: TimeRange,
  options: Partial<TriggerCommand> = {},
): TriggerCommand {
  return {
    workspaceId: under.workspaceId,
    ...target,
    range,
    online: true,
    offline: true,
    overwrite: false,
    useManagedRetries: true,
    requestedBy: "test",
    ...options,
  };
}

/** An ingest of an upload into both stores. */
export function ingestOf(
  under: RegistryUnderTest,
  target: { view: string; generationId: number },
  input = "retrieval/upload/spine.parquet",
): IngestCommand {
  return {
    workspaceId: under.workspaceId,
    ...target,
    input,
    useManagedRetries: true,
    online: true,
    offline: true,
    requestedBy: "test",
  };
}

/** A commit of one file with a row at every end of the job's range. */
export function oneFile(path: string, range: TimeRange): NewCommit {
  const times = { minTime: range.start, maxTime: micros(range.end - 1n) };
  const files = [{ path, bytes: 100, rows: 10, ...times }];
  return { files, rows: 10, rejectedRows: 0, sourceFingerprint: `source of ${path}` };
}

/** Claims the waiting attempt of a job for a minute. */
export async function claimed(under: RegistryUnderTest, job: Job, leaseMs = 60_000) {
  const { id, fence } = job.waitingAttempt!;
  const attempt = await under.registry.attempts.claim(id, fence, "worker-1", leaseMs);
  if (attempt === null) throw new Error(`attempt ${id} cannot be claimed`);
  return attempt;
}

/** Runs a job to its end. */
export async function materialize(under: RegistryUnderTest, command: TriggerCommand): Promise<Job> {
  const { attempts, jobs } = under.registry;
  const { id, fence, jobId } = await claimed(under, await jobs.trigger(command));
  await attempts.commitFiles(id, fence, oneFile(`${jobId}.parquet`, command.range));
  return attempts.completePush(id, fence, { onlineEdge: command.range.end });
}
