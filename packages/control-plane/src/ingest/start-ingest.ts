import { TeselaError } from "@tesela/core";
import type { Job } from "@tesela/registry";
import { usableSpine } from "../historical/usable-spine.ts";
import type { Call } from "../http/call.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, viewNamed } from "../workspace/applied-view.ts";

/**
 * Makes the job that brings uploaded rows into a feature table. Throws `VALIDATION` for another kind of view,
 * `NOT_FOUND` and `EXPIRED` for an upload that is not, or no longer, there.
 */
export async function startIngest(services: Services, call: Call<"ingest">): Promise<Job> {
  const { registry, dispatcher } = services;
  const { id: workspaceId } = await registry.workspaces.get(call.parameters.workspace);
  const workspace = appliedWorkspaceOf(await registry.definitions.current(workspaceId));
  const { compiled, generationId } = viewNamed(workspace, call.parameters.name);
  const { name, online, offline } = compiled;
  if (compiled.kind !== "table") throw computed(name);
  const job = await registry.jobs.ingest({
    workspaceId,
    generationId,
    view: name,
    input: await usableSpine(services, call.body.uploadId, workspaceId, call.key),
    online,
    offline,
    requestedBy: call.key?.id ?? "",
  });
  const { waitingAttempt } = job;
  if (waitingAttempt !== null) await dispatcher.dispatchAttempt(waitingAttempt);
  return job;
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
