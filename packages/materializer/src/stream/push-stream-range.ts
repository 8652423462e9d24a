import type { CompiledView, EpochMicros, TimeRange } from "@tesela/core";
import type { ClaimedAttempt, Commit } from "@tesela/registry";
import type { Lease } from "../worker/lease.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { refreshOnline } from "./refresh-online.ts";

/**
 * Brings a range of a stream view's batch log online, after all earlier ones: from then on that range holds the
 * batch log's rows and no pushed ones. Gives the edge, which is the clock (TIME T12).
 */
export async function pushStreamRange(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  view: CompiledView,
  range: TimeRange,
  commit: Commit,
  lease: Lease,
): Promise<EpochMicros> {
  const { registry, onlineStore: store } = context;
  const { workspaceId, generationId: generation } = attempt;
  const files = await registry.ledger.filesOfCommit(commit.id);
  const options = {
    signal: lease.signal,
    onKeys: (keys: number) => {
      context.failpoint("mid-push");
      lease.report({ phase: "publishing", fraction: null, rows: keys });
    },
  };
  await registry.streams.takeTurn(
    generation,
    async (turn) => {
      const stamp = await turn.nextStamp(true);
      const target = { store, view, workspaceId, generation };
      await refreshOnline(context, target, turn, { stamp, own: { range, files } }, options);
    },
    lease.signal,
  );
  return registry.clock.now();
}
