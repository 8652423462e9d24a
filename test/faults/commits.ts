import { quoteLiteral } from "@tesela/core";
import { query } from "../e2e/faults/duckdb.ts";
import { ASKED, dayOf, DAY, eventOf, type Versions } from "./source-days.ts";
import type { FaultedView, World } from "./world.ts";

/** A commit of a view as the ledger has it. */
export interface LedgerCommit {
  readonly id: bigint;
  readonly seq: number;
  /** The days it materializes; none of a job that only loads the online store anew. */
  readonly days: readonly number[];
  readonly online: boolean;
  readonly offline: boolean;
  readonly isPushed: boolean;
}

/** A commit, and which source its files are made of. */
export interface ReadCommit extends LedgerCommit {
  readonly source: Versions;
}

interface Row {
  readonly id: string;
  readonly seq: string;
  readonly start: string | null;
  readonly end: string | null;
  readonly online: boolean;
  readonly offline: boolean;
  readonly isPushed: boolean;
}

/** All commits of a view so far, in order. */
export async function commitsOf({ pool }: World, { generation }: FaultedView): Promise<LedgerCommit[]> {
  const { rows } = await pool.query<Row>(
    `select
      commit.id, seq, commit.start_time as start, commit.end_time as end, commit.online,
      job.offline and job.type = 'batch' as offline, pushed_at is not null as "isPushed"
    from commit
    join job on job.id = job_id
    where commit.generation_id = $1
    order by seq`,
    [generation],
  );
  return rows.map(({ id, seq, start, end, ...row }) => ({
    ...row,
    id: BigInt(id),
    seq: Number(seq),
    days: start === null || end === null ? [] : daysBetween(BigInt(start), BigInt(end)),
  }));
}

function daysBetween(start: bigint, end: bigint): number[] {
  return Array.from({ length: Number((end - start) / DAY) }, (_, index) => dayOf(start) + index);
}

/**
 * The commits with the source that each was made of: whatever an attempt has committed must be what a view's source
 * was at one moment, whole. Adds to `problems` where it is not.
 */
export async function readCommits(
  world: World,
  view: FaultedView,
  problems: string[],
): Promise<ReadCommit[]> {
  const read: ReadCommit[] = [];
  for (const commit of await commitsOf(world, view)) {
    const found = await contentOf(world, view, commit);
    const source = view.sources.find((one) => contentFor(view, commit.days, one) === found);
    if (source === undefined) {
      problems.push(
        `${view.name}: the files of commit ${commit.seq} hold what no source was: ${found.slice(0, 300)}`,
      );
    }
    read.push({ ...commit, source: source ?? view.sources[0]! });
  }
  return read;
}

/** The rows of the asked users in the files of a commit. */
async function contentOf(
  { registry, offlineStore }: World,
  view: FaultedView,
  commit: LedgerCommit,
): Promise<string> {
  const rows: string[] = [];
  await using stack = new AsyncDisposableStack();
  for (const { path } of await registry.ledger.filesOfCommit(commit.id)) {
    const { localPath } = stack.use(await offlineStore.open(path));
    const time = TIME_COLUMNS[view.definition.features[0]!.kind];
    const found = await query(
      `select user_id, epoch_us(${time}), * exclude (user_id, ${time})
      from read_parquet(${quoteLiteral(localPath)})
      where user_id in (${ASKED.join(", ")})`,
    );
    rows.push(...found.map(([user, at, ...cells]) => lineOf(Number(user), dayOf(at as bigint), cells)));
  }
  return rows.toSorted().join(", ");
}

/** What the files are to hold of some days of a source. */
function contentFor(view: FaultedView, days: readonly number[], source: Versions): string {
  const isTiled = view.definition.features[0]!.kind === "aggregate";
  const rows = days.flatMap((day) =>
    ASKED.flatMap((user) => {
      const amount = eventOf(user, day, source[day - 1]!)?.["amount"];
      return amount === undefined ? [] : [lineOf(user, day, isTiled ? [amount, 1] : [amount])];
    }),
  );
  return rows.toSorted().join(", ");
}

const TIME_COLUMNS = { attribute: "__time", aggregate: "__tile_start" } as const;

/** A stored row: a tile of one event holds its amount and the count of one. */
function lineOf(user: number, day: number, cells: readonly unknown[]): string {
  return [user, day, ...cells.map(String).toSorted()].join(" ");
}
