import type { RequestBodyOf, ResponseOf } from "@tesela/contract";
import { edge, formatInstant, mergeRanges, TeselaError, type EpochMicros } from "@tesela/core";
import type { Registry, Store } from "@tesela/registry";
import {
  appliedWorkspaceOf,
  serviceNamed,
  viewNamed,
  type AppliedView,
  type AppliedWorkspace,
} from "../workspace/applied-view.ts";

type ReadyTimes = ResponseOf<"getLatestReadyTime">;

/** How far a view, or every view of a service, is materialized from its start on, by store. */
export async function latestReadyTime(
  registry: Registry,
  body: RequestBodyOf<"getLatestReadyTime">,
): Promise<ReadyTimes> {
  const { id } = await registry.workspaces.get(body.workspace);
  const views = chosenViews(appliedWorkspaceOf(await registry.definitions.current(id)), body);
  const [online, offline] = await Promise.all([
    earliest(registry, views, "online"),
    earliest(registry, views, "offline"),
  ]);
  return {
    ...(online === null ? {} : { online_latest_ready_time: formatInstant(online) }),
    ...(offline === null ? {} : { offline_latest_ready_time: formatInstant(offline) }),
  };
}

function chosenViews(
  workspace: AppliedWorkspace,
  { featureView, featureService }: RequestBodyOf<"getLatestReadyTime">,
): readonly AppliedView[] {
  if (featureView !== undefined && featureService === undefined) return [viewNamed(workspace, featureView)];
  if (featureService !== undefined && featureView === undefined) {
    const { views } = serviceNamed(workspace, featureService).definition;
    return views.map(({ view }) => viewNamed(workspace, view));
  }
  throw new TeselaError("VALIDATION", "Exactly one of feature_view and feature_service has to be given.");
}

/** `null` while one of the views has nothing in the store. */
async function earliest(
  registry: Registry,
  views: readonly AppliedView[],
  store: Store,
): Promise<EpochMicros | null> {
  const times = await Promise.all(views.map((view) => readyTime(registry, view, store)));
  return times.reduce<EpochMicros | null>(
    (least, time) => (least === null || time === null || time < least ? time : least),
    times[0] ?? null,
  );
}

/** TIME T12: what is written as it happens is ready up to the clock. */
async function readyTime(
  { clock, ledger }: Registry,
  { compiled, generationId }: AppliedView,
  store: Store,
): Promise<EpochMicros | null> {
  if (!compiled[store]) return null;
  if (compiled.kind === "table" || (compiled.kind === "stream" && store === "online")) return clock.now();
  if (store === "online") return (await ledger.generation(generationId)).onlineEdge;
  const ranges = (await ledger.ranges(generationId, store)).map(({ range }) => range);
  return edge(compiled.time, mergeRanges(ranges));
}
