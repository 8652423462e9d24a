import { TeselaError } from "@tesela/core";
import type { Alert, AlertCondition, Registry } from "@tesela/registry";
import { scheduledViews } from "../schedule/scheduled-views.ts";
import type { Services } from "../services.ts";
import { failedCondition, findingsOf, type StoreLateness, type WatchedView } from "./conditions.ts";
import { messagesOf } from "./messages.ts";
import type { AlertSettings } from "./settings.ts";

/** What a sweep has found and changed. */
export interface SweepOfAlerts {
  readonly opened: readonly AlertCondition["event"][];
  readonly late: readonly StoreLateness[];
}

/** What a sweep needs. */
export type SweepServices = Pick<Services, "registry" | "publicUrl">;

/** Compares what is wrong with the alerts that are open: opens what is new, closes what is over. */
export type Sweep = (signal: AbortSignal) => Promise<SweepOfAlerts>;

interface Found {
  readonly conditions: readonly AlertCondition[];
  readonly late: readonly StoreLateness[];
  /** The generations that are there, and those of them that could be looked at. */
  readonly current: ReadonlySet<number>;
  readonly seen: ReadonlySet<number>;
}

/** Makes a sweep; any number of processes may sweep at once, an alert opens and closes once. */
export function createSweep({ registry, publicUrl }: SweepServices, settings: AlertSettings): Sweep {
  const viewsOf = scheduledViews(registry.definitions);
  const tell = (alert: Alert) => messagesOf(alert, settings.webhooks, publicUrl);
  return async (signal) => {
    const openBefore = await registry.alerts.listOpen();
    const found = await look(registry, viewsOf, settings, signal);
    const opened: AlertCondition["event"][] = [];
    for (const condition of found.conditions) {
      if (openBefore.some(({ name }) => name === condition.name)) continue;
      if (await registry.alerts.open(condition, tell)) opened.push(condition.event);
    }
    const names = new Set(found.conditions.map(({ name }) => name));
    for (const alert of openBefore) {
      if (names.has(alert.name) || !isKnown(alert, found)) continue;
      const isRecovered = await hasRecovered(registry, alert, found);
      await registry.alerts.close(alert.id, isRecovered ? tell : () => []);
    }
    return { opened, late: found.late };
  };
}

async function look(
  registry: Registry,
  viewsOf: ReturnType<typeof scheduledViews>,
  { lateAfterMs }: AlertSettings,
  signal: AbortSignal,
): Promise<Found> {
  const now = await registry.clock.now();
  const workspaces = await registry.workspaces.list();
  const looked = (await viewsOf(workspaces)).flatMap(({ id, views }) =>
    views.map((view) => ({ ...view, workspaceId: id, workspace: nameOf(workspaces, id) })),
  );
  const usable = looked.filter(
    (view): view is typeof view & WatchedView => !(view.compiled instanceof TeselaError),
  );
  const findings = [];
  for (const view of usable) {
    signal.throwIfAborted();
    findings.push(await findingsOf(registry, view, now, lateAfterMs));
  }
  const failed = (await registry.alerts.failedJobs()).map(failedCondition);
  return {
    conditions: [...failed, ...findings.flatMap(({ conditions }) => conditions)],
    late: findings.flatMap(({ late }) => late),
    current: new Set(looked.map(({ generationId }) => generationId)),
    seen: new Set(usable.map(({ generationId }) => generationId)),
  };
}

function nameOf(workspaces: readonly { readonly id: number; readonly name: string }[], id: number): string {
  return workspaces.find((workspace) => workspace.id === id)?.name ?? "";
}

/** Of a view that could not be looked at nobody knows whether it has recovered. */
function isKnown({ event, generationId }: Alert, { current, seen }: Found): boolean {
  return event === "job.failed" || seen.has(generationId) || !current.has(generationId);
}

/** What ended because its view or its job was given up, or because it failed anew, has not recovered. */
async function hasRecovered(
  registry: Registry,
  { event, generationId, workspaceId, jobId }: Alert,
  { current, conditions }: Found,
): Promise<boolean> {
  if (!current.has(generationId)) return false;
  if (event !== "job.failed" || jobId === null) return true;
  if (conditions.some((condition) => condition.event === event && condition.jobId === jobId)) return false;
  const { state } = await registry.jobs.get(workspaceId, jobId);
  return state === "SUCCESS" || state === "FAILURE";
}
