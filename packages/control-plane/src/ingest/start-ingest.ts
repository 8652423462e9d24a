import { TeselaError } from "@tesela/core";
import type { ApiKey, Job, Registry } from "@tesela/registry";
import { usableSpine } from "../historical/usable-spine.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, viewNamed, type AppliedView } from "../workspace/applied-view.ts";

/** Which upload goes into which feature table, and who asks. */
export interface WantedIngest {
  readonly workspace: string;
  readonly table: string;
  readonly uploadId: string;
  readonly useManagedRetries: boolean;
  readonly key: ApiKey | null;
}

/**
 * Makes the job that brings uploaded rows into a feature table. Throws `VALIDATION` for another kind of view,
 * `NOT_FOUND` and `EXPIRED` for an upload that is not, or no longer, there.
 */
export async function startIngest(services: Services, wanted: WantedIngest): Promise<Job> {
  const { registry, dispatcher } = services;
  const { key, uploadId, useManagedRetries } = wanted;
  const { workspaceId, generationId, compiled } = await tableOf(registry, wanted);
  const job = await registry.jobs.ingest({
    workspaceId,
    generationId,
    view: compiled.name,
    input: await usableSpine(services, uploadId, workspaceId, key),
    useManagedRetries,
    online: compiled.online,
    offline: compiled.offline,
    requestedBy: key?.id ?? "",
  });
  const { waitingAttempt } = job;
  if (waitingAttempt !== null) await dispatcher.dispatchAttempt(waitingAttempt);
  return job;
}

/** The feature table of a name; throws `VALIDATION` for another kind of view. */
export async function tableOf(
  registry: Registry,
  { workspace, table }: Pick<WantedIngest, "workspace" | "table">,
): Promise<AppliedView & { readonly workspaceId: number }> {
  const { id: workspaceId } = await registry.workspaces.get(workspace);
  const view = viewNamed(appliedWorkspaceOf(await registry.definitions.current(workspaceId)), table);
  if (view.compiled.kind !== "table") throw computed(view.compiled.name);
  return { ...view, workspaceId };
}

function computed(name: string): TeselaError {
  return new TeselaError(
    "VALIDATION",
    `Feature view "${name}" is computed from its sources; only feature tables are ingested.`,
    {
      fix: "Materialize a range of it instead.",
    },
  );
}
