import type { EpochMicros } from "@tesela/core";
import { statement, type Statement } from "../database/statement.ts";

/** How far back snapshots are kept. */
export interface Retention {
  /** Platform time: of the commits until then the last one is kept, and all later ones. */
  readonly horizon: EpochMicros;
  /** Of a generation that was retired so long ago nothing is kept. */
  readonly retentionMs: number;
}

/** The first commit of a row of the table `view_generation` whose snapshot is kept. */
export function keptSeq({ horizon, retentionMs }: Retention): Statement {
  return statement`case
    when view_generation.retired_at <= clock_timestamp() - ${retentionMs} * interval '1 millisecond'
      then view_generation.last_commit_seq + 1
    else greatest(
      view_generation.kept_seq,
      (
        select coalesce(max(seq), 0)
        from commit
        where commit.generation_id = view_generation.id and committed_at <= ${horizon}
      )
    )
  end`;
}

/**
 * Whether something needs a row of the table `file` of a generation (`view_generation`) whose snapshots from
 * `kept.seq` on are kept: one of these reads it, or a push that is owed, or one that was given up and whose traces
 * no later push of its range has taken away.
 */
export function isNeeded(): Statement {
  return statement`exists (
    select 1
    from file_part
    join commit as part_commit on part_commit.id = file_part.commit_id
    where file_part.file_id = file.id and (${isReadByKept()} or (file.to_seq is null and ${owesPush()}))
  )`;
}

function isReadByKept(): Statement {
  return statement`exists (
    select 1
    from range
    where range.commit_id = file_part.commit_id
      and range.state <> 'reserved'
      and int8range(file.min_time, file.max_time, '[]') && range.during * file_part.during
      and file.rows > 0
      and greatest(range.from_seq, file.from_seq, kept.seq) < least(
        coalesce(range.to_seq, view_generation.last_commit_seq + 1),
        coalesce(file.to_seq, view_generation.last_commit_seq + 1),
        view_generation.last_commit_seq + 1
      )
  )`;
}

function owesPush(): Statement {
  return statement`part_commit.online
    and part_commit.pushed_at is null
    and view_generation.retired_at is null
    and (
      part_commit.abandoned_at is null
      or not coalesce(
        int8range(part_commit.start_time, part_commit.end_time) <@ (
          select range_agg(later.during)
          from range as later
          where later.generation_id = view_generation.id
            and later.store = 'online'
            and later.state = 'live'
            and later.from_seq > part_commit.seq
        ),
        false
      )
    )`;
}
