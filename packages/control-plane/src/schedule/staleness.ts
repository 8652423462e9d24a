import { sourcesResultSchema, type Coverage, type SourcesPayload } from "@tesela/contract";
import { formatInstant, parseInstant, TeselaError, byStores, type CompiledView } from "@tesela/core";
import type { Job, SourceRange } from "@tesela/registry";
import type { Call } from "../http/call.ts";
import { errorOfTask } from "../operations/task-error.ts";
import { requireWorker } from "../planning/check-views.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, viewNamed, type AppliedView } from "../workspace/applied-view.ts";
import { coverageBodyOf } from "./coverage.ts";

const TASK_TTL_MS = 10 * 60_000;

/** Whoever asks about a view of a workspace. */
type AboutView = Pick<Call<"refreshStaleness">, "parameters" | "key" | "signal">;

/** What having a worker look at sources takes. */
export type LookingServices = Pick<Services, "registry" | "dispatcher" | "limits" | "metrics">;

/** Has a worker look at the source files of what is materialized; throws `NO_WORKER`, `TIMEOUT`, its own error. */
export async function refreshStaleness(services: Services, call: AboutView): Promise<Coverage> {
  const { workspaceId, view } = await appliedViewOf(services, call);
  await lookAtSources(services, { workspaceId, ...view }, call);
  return coverageBodyOf(services, view);
}

/** A view of a workspace, and the life of it that has the ledger. */
export interface LookedAtLife {
  readonly workspaceId: number;
  readonly generationId: number;
  readonly compiled: CompiledView;
}

/** Notes what the source files of a view's ranges are now, by a worker; throws `NO_WORKER`, `TIMEOUT`, its own error. */
export async function lookAtSources(
  services: LookingServices,
  { workspaceId, generationId, compiled }: LookedAtLife,
  asker: Pick<AboutView, "key" | "signal">,
): Promise<void> {
  const { coverage } = services.registry;
  const ranges = await coverage.sourceRanges(generationId);
  if (ranges.length === 0) return;
  await requireWorker(services);
  await coverage.sourcesSeen(await look(services, workspaceId, payloadOf(compiled, ranges), asker));
}

/** Makes jobs that materialize again what is stale, as it was last seen. */
export async function refresh(
  services: Services,
  call: Pick<AboutView, "parameters" | "key">,
): Promise<Job[]> {
  const { registry, dispatcher } = services;
  const { workspaceId, view } = await appliedViewOf(services, call);
  const { offline, online } = await coverageBodyOf(services, view);
  const jobs: Job[] = [];
  for (const { ranges, ...stores } of byStores({ offline: staleOf(offline), online: staleOf(online) })) {
    for (const range of ranges) {
      const job = await registry.jobs.trigger({
        workspaceId,
        generationId: view.generationId,
        view: view.compiled.name,
        range,
        ...stores,
        overwrite: true,
        useManagedRetries: true,
        requestedBy: call.key?.id ?? "",
      });
      jobs.push(job);
    }
  }
  await dispatcher.dispatch();
  return jobs;
}

async function appliedViewOf(
  { registry }: Services,
  { parameters }: Pick<AboutView, "parameters">,
): Promise<{ readonly workspaceId: number; readonly view: AppliedView }> {
  const { id: workspaceId } = await registry.workspaces.get(parameters.workspace);
  const workspace = appliedWorkspaceOf(await registry.definitions.current(workspaceId));
  return { workspaceId, view: viewNamed(workspace, parameters.name) };
}

function staleOf({ stale }: Coverage["offline"]) {
  return stale.map(({ startTime, endTime }) => ({
    start: parseInstant(startTime),
    end: parseInstant(endTime),
  }));
}

function payloadOf(view: CompiledView, ranges: readonly SourceRange[]): SourcesPayload {
  return {
    kind: "sources",
    timestampField: view.timestampField,
    isIncremental: view.isIncremental,
    sources: view.sources.map(({ definition, sees }) => ({
      source: definition,
      lookback: sees === "unfiltered" ? null : String(sees.lookback),
    })),
    ranges: ranges.map(({ commitId, range }) => ({
      id: String(commitId),
      startTime: formatInstant(range.start),
      endTime: formatInstant(range.end),
    })),
  };
}

async function look(
  { registry, dispatcher, limits, metrics }: LookingServices,
  workspaceId: number,
  payload: SourcesPayload,
  { key, signal }: Pick<AboutView, "key" | "signal">,
): Promise<{ readonly commitId: bigint; readonly fingerprint: string }[]> {
  metrics.countTask("check");
  const ownerKeyId = key?.id ?? null;
  const asked = { kind: "check" as const, workspaceId, payload, ownerKeyId, expiresInMs: TASK_TTL_MS };
  const { id, fence, kind } = await registry.tasks.create(asked);
  await dispatcher.dispatchTask({ id, fence, kind });
  const task = await registry.tasks.waitForEnd(id, limits.longestCheckMs, signal);
  if (task.error !== null) throw errorOfTask(task.error);
  if (task.state !== "SUCCESS") throw notInTime();
  const { ranges } = sourcesResultSchema.parse(task.result);
  return ranges.map((range) => ({ commitId: BigInt(range.id), fingerprint: range.fingerprint }));
}

function notInTime(): TeselaError {
  return new TeselaError("TIMEOUT", "No worker has looked at the source files in time.", {
    fix: "Try again; if it stays so, look at the workers or start more: tesela worker",
  });
}
