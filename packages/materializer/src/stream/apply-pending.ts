import {
  computedSql,
  EVENT_TIME,
  id,
  join,
  sql,
  withoutDeletedSql,
  type CompiledView,
  type Sql,
} from "@tesela/core";
import { beginStreamPush, pushStream, type KeySlots, type PushTarget } from "@tesela/online-store";
import type { StreamSlot, StreamTurn } from "@tesela/registry";
import type { TaskOptions } from "../engine/engine.ts";
import { deletedAmong } from "../job/delete/deleted-keys.ts";
import { readKeyRows } from "../job/key-rows.ts";
import { PUSH_TIME, pushedColumns } from "../job/push-sql.ts";
import { pushSessionOf } from "../job/push-turn.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { eventsRelation } from "./view-events.ts";
import { refreshOnline } from "./refresh-online.ts";

/** Slots that are computed together. */
const SLOTS_AT_ONCE = 2_000;

/**
 * Brings what was logged for a view, and is not online yet, to the online store: every slot that an event has
 * touched is computed again from all its events, so that doing it twice changes nothing. Where the store has lost
 * data, everything comes again.
 */
export async function applyPending(
  context: WorkerContext,
  target: PushTarget,
  options: TaskOptions,
): Promise<void> {
  const { registry } = context;
  const apply = async (turn: StreamTurn): Promise<void> => {
    const { appendedSeq: appliedSeq, logged } = turn.state;
    const { appliedStamp, isDirty } = turn.state;
    const begun = await beginStreamPush(target, appliedStamp, await registry.clock.now());
    // It holds less than it is known to have held, or was left in between two states.
    const isComplete = isDirty || (begun.before?.commitSeq ?? 0n) < appliedStamp;
    if (!isComplete && turn.state.appliedSeq === appliedSeq) return;
    const stamp = await turn.nextStamp(isComplete);
    if (isComplete) {
      await refreshOnline(context, target, turn, { stamp, own: null }, options);
      return;
    }
    const push = { ...begun, stamp };
    await pushStream(target, push, "slots", pendingBatches(context, target, turn, options), options);
    context.failpoint("after-push");
    await turn.applied({ stamp, appliedSeq, logged });
  };
  await registry.streams.takeTurn(target.generation, apply, options.signal);
}

async function* pendingBatches(
  context: WorkerContext,
  target: PushTarget,
  turn: StreamTurn,
  { signal }: TaskOptions,
): AsyncGenerator<readonly KeySlots[]> {
  const { view } = target;
  let last: StreamSlot | null = null;
  for (;;) {
    const slots = await turn.pendingSlots(last, SLOTS_AT_ONCE);
    if (slots.length === 0) return;
    const events = await turn.eventsOf(slots);
    const deleted = await deletedAmong(context.registry, target, events);
    const query = slotsSql(view, withoutDeletedSql(eventsRelation(view, events), EVENT_TIME, deleted));
    const session = pushSessionOf(context, []);
    const batches = readKeyRows(session, query, view.joinKeys.length, signal ?? new AbortController().signal);
    for await (const batch of batches) yield batch.map((rows) => ({ ...rows, touched: [] }));
    last = slots.at(-1)!;
  }
}

/** What a view keeps online of events, by key and time. */
function slotsSql(view: CompiledView, events: Sql): Sql {
  const order = join([...view.joinKeys.map(({ name }) => id(name)), id(PUSH_TIME)], ", ");
  return sql`select ${pushedColumns(view)}
from (${computedSql(view, events)})
order by ${order}`;
}
