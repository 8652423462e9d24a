import type { RequestBodyOf } from "@tesela/contract";
import {
  checkTrigger,
  formatProblems,
  parseInstant,
  TeselaError,
  triggeredStores,
  type Problem,
  type TriggerRequest,
} from "@tesela/core";
import type { Job } from "@tesela/registry";
import type { Call } from "../http/call.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, viewNamed } from "../workspace/applied-view.ts";

/** Makes a job for a range of a view; throws `VALIDATION` with the fix, `CONFLICT` on an active job's range. */
export async function triggerJob(
  services: Services,
  call: Pick<Call<"triggerJob">, "parameters" | "body" | "key">,
): Promise<Job> {
  const { registry } = services;
  const { id: workspaceId } = await registry.workspaces.get(call.parameters.workspace);
  const workspace = appliedWorkspaceOf(await registry.definitions.current(workspaceId));
  const { compiled, generationId } = viewNamed(workspace, call.parameters.name);
  if (compiled.kind === "table") throw ingested(compiled.name);
  const request = requestOf(call.body);
  const problem = checkTrigger(compiled, await registry.clock.now(), request);
  if (problem !== null) throw refused(problem);
  const job = await registry.jobs.trigger({
    workspaceId,
    generationId,
    view: compiled.name,
    range: request.range,
    ...triggeredStores(compiled, request),
    overwrite: call.body.overwrite,
    useManagedRetries: call.body.useManagedRetries,
    requestedBy: call.key?.id ?? "",
  });
  const { waitingAttempt } = job;
  if (waitingAttempt !== null) await services.dispatcher.dispatchAttempt(waitingAttempt);
  return job;
}

function ingested(name: string): TeselaError {
  return new TeselaError("VALIDATION", `"${name}" is a feature table: there is no source to materialize.`, {
    fix: "Ingest its rows: ingest(rows) of the SDK, or tesela ingest.",
  });
}

function requestOf(body: RequestBodyOf<"triggerJob">): TriggerRequest {
  return {
    range: { start: parseInstant(body.startTime), end: parseInstant(body.endTime) },
    online: body.online ?? null,
    offline: body.offline ?? null,
  };
}

function refused(problem: Problem): TeselaError {
  const message = `The job is refused: ${formatProblems([{ path: problem.path, message: problem.message }])}.`;
  return new TeselaError("VALIDATION", message, {
    ...(problem.fix === undefined ? {} : { fix: problem.fix }),
    problems: [problem],
  });
}
