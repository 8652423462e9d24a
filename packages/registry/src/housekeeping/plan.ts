import type { HousekeepingType } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";
import { readSnapshot } from "../ledger/snapshot.ts";
import type {
  FileCount,
  HousekeepingFilter,
  HousekeepingPolicy,
  PlannedWork,
} from "../types/housekeeping.ts";
import { currentFiles } from "./current-files.ts";
import { isNeeded, keptSeq, type Retention } from "./needed.ts";
import { planMerges } from "./plan-merges.ts";

interface GenerationRow {
  readonly generationId: number;
  readonly workspaceId: number;
  readonly view: string;
}

type CountedRow = GenerationRow & { readonly files: bigint; readonly bytes: bigint | null };

/** What a plan is made by. */
export interface PlanBy {
  readonly policy: HousekeepingPolicy;
  readonly retention: Retention;
}

type Planner = (queries: Queries, filter: HousekeepingFilter, by: PlanBy) => Promise<PlannedWork[]>;

/** What there is to do, by type, then view. */
export async function planWork(
  queries: Queries,
  filter: HousekeepingFilter,
  by: PlanBy,
): Promise<PlannedWork[]> {
  const planned: PlannedWork[] = [];
  for (const type of filter.types) planned.push(...(await planners[type](queries, filter, by)));
  return planned;
}

const planners: Readonly<Record<HousekeepingType, Planner>> = {
  collect: async (queries, filter, { retention }) => {
    const rows = await queries.rows<CountedRow>(statement`
      select ${generationColumns()}, count(*) as files, sum(file.bytes)::bigint as bytes
      from view_generation
      cross join lateral (select ${keptSeq(retention)} as seq) as kept
      join commit on commit.generation_id = view_generation.id
      join file on file.commit_id = commit.id
      where ${isWanted(filter)} and (file.doomed_at is not null or not ${isNeeded()})
      group by view_generation.id
      order by view_generation.id`);
    return rows.map((row) => ({
      type: "collect",
      ...row,
      files: Number(row.files),
      bytes: Number(row.bytes),
    }));
  },
  compact: async (queries, filter, { policy }) => {
    const generations = await queries.rows<GenerationRow>(statement`
      select ${generationColumns()}
      from view_generation
      where ${isWanted(filter)}
        and retired_at is null
        and ${policy.leastFiles} <= (
          select count(*)
          from commit
          join file on file.commit_id = commit.id
          where commit.generation_id = view_generation.id
            and file.to_seq is null
            and file.doomed_at is null
            and file.bytes <= ${policy.smallFileBytes}
        )
      order by view_generation.id`);
    const planned = await oneByOne(generations, async (one): Promise<PlannedWork> => {
      const groups = planMerges(await currentFiles(queries, one.generationId), policy);
      return { type: "compact", ...one, ...countOf(groups.flat()) };
    });
    return planned.filter(({ files }) => files > 0);
  },
  cleanup: async (queries, filter, { policy }) => {
    const rows = await queries.rows<GenerationRow>(statement`
      select ${generationColumns()}
      from view_generation
      where ${isWanted(filter)}
        and retired_at <= clock_timestamp() - ${policy.cleanupGraceMs} * interval '1 millisecond'
        and cleaned_at is null
        and ${wasOnline()}
      order by view_generation.id`);
    return rows.map((row) => ({ type: "cleanup", ...row, files: 0, bytes: 0 }));
  },
  rebuild: async (queries, filter) => {
    const rows = await queries.rows<GenerationRow>(statement`
      select ${generationColumns()}
      from view_generation
      where ${isWanted(filter)} and retired_at is null and ${wasOnline()}
      order by view_generation.id`);
    return oneByOne(rows, async (one): Promise<PlannedWork> => {
      const { files } = await readSnapshot(queries, one.generationId, { store: "online" }, null);
      return { type: "rebuild", ...one, ...countOf(files) };
    });
  },
};

/** All at once would keep everybody else waiting for a connection. */
async function oneByOne<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function generationColumns(): Statement {
  return statement`view_generation.id as "generationId",
    view_generation.workspace_id as "workspaceId",
    view_generation.view_name as view`;
}

function isWanted({ workspaceId, view }: HousekeepingFilter): Statement {
  return statement`(${workspaceId ?? null}::integer is null or view_generation.workspace_id = ${workspaceId ?? null})
    and (${view ?? null}::text is null or view_generation.view_name = ${view ?? null})`;
}

/** Whether anything of a generation may be online. */
function wasOnline(): Statement {
  return statement`exists (
    select 1
    from commit
    where commit.generation_id = view_generation.id and commit.online
  )`;
}

function countOf(files: readonly { readonly bytes: number }[]): FileCount {
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}
