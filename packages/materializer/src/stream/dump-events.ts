import {
  EVENT_TIME,
  pathList,
  sql,
  text,
  withoutDeletedSql,
  type CompiledView,
  type Sql,
} from "@tesela/core";
import type { PushTarget } from "@tesela/online-store";
import type { StreamTurn } from "@tesela/registry";
import type { TaskOptions } from "../engine/engine.ts";
import { openSession } from "../engine/session.ts";
import { deletedAmong } from "../job/delete/deleted-keys.ts";
import { pushSessionOf } from "../job/push-turn.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { eventsRelation } from "./view-events.ts";

const EVENTS_OF_A_FILE = 20_000;

/** Which events are wanted. */
export type EventsWhere = Parameters<StreamTurn["events"]>[0];

/** Writes events as Parquet files that begin with a path, one for each page of the log; gives their paths. */
export async function dumpEvents(
  context: WorkerContext,
  target: PushTarget,
  turn: StreamTurn,
  where: EventsWhere,
  path: string,
  { signal }: TaskOptions,
): Promise<string[]> {
  const { view } = target;
  const paths: string[] = [];
  let after = 0n;
  for (;;) {
    signal?.throwIfAborted();
    const page = await turn.events(where, after, EVENTS_OF_A_FILE);
    if (page.events.length === 0) return paths;
    const file = `${path}-${paths.length}.parquet`;
    using session = await openSession(pushSessionOf(context, [file]));
    const deleted = await deletedAmong(context.registry, target, page.events);
    const events = withoutDeletedSql(eventsRelation(view, page.events), EVENT_TIME, deleted);
    const copy = sql`copy (${events}) to ${text(file)} (format parquet)`;
    await session.connection.run(copy.text);
    paths.push(file);
    after = page.last;
  }
}

/** The events of such files, or of none, as the transformation gave them. */
export function dumpedSql(view: CompiledView, paths: readonly string[]): Sql {
  if (paths.length === 0) return eventsRelation(view, []);
  return sql`select * from read_parquet(${pathList(paths)}, hive_partitioning = false)`;
}
