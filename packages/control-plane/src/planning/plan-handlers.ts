import { storedPlanSchema, type RequestBodyOf, type StoredPlan } from "@tesela/contract";
import { formatInstant, parseInstant, TeselaError } from "@tesela/core";
import type { Call, Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { lookSoon } from "../schedule/scheduler.ts";
import { destructiveError } from "./destructive.ts";
import { makePlan, type MadePlan } from "./make-plan.ts";

/** Answers plan and apply. */
export function planHandlers(services: Services): Pick<Handlers, "plan" | "apply"> {
  return {
    plan: (call) => keepPlan(services, call),
    apply: (call) => apply(services, call),
  };
}

async function keepPlan(services: Services, call: Call<"plan">): ReturnType<Handlers["plan"]> {
  const { id: workspaceId } = await services.registry.workspaces.ensure(call.parameters.workspace);
  const { baseRevision, plan } = await makePlan(services, call.body.definitions, { ...call, workspaceId });
  const createdBy = call.key?.id ?? "";
  const ttlMs = services.limits.planTtlMs;
  const id = await services.registry.plans.save({ workspaceId, baseRevision, body: plan, createdBy, ttlMs });
  const { expiresAt } = await services.registry.plans.get(workspaceId, id);
  return {
    plan: {
      id,
      workspace: call.parameters.workspace,
      baseRevision: Number(baseRevision),
      isDestructive: plan.changes.some(({ isDestructive }) => isDestructive),
      expiresAt: formatInstant(parseInstant(expiresAt)),
      changes: plan.changes,
    },
  };
}

async function apply(services: Services, call: Call<"apply">): ReturnType<Handlers["apply"]> {
  const { workspace } = call.parameters;
  const { planId } = call.body;
  if (planId !== undefined) {
    return applyKept(services, (await services.registry.workspaces.get(workspace)).id, planId);
  }
  const { id: workspaceId } = await services.registry.workspaces.ensure(workspace);
  const made = await makePlan(services, definitionsOf(call.body), { ...call, workspaceId });
  if (made.plan.changes.some(({ isDestructive }) => isDestructive)) throw destructiveError(made.plan.changes);
  return write(services, workspaceId, made);
}

function definitionsOf(body: RequestBodyOf<"apply">): NonNullable<RequestBodyOf<"apply">["definitions"]> {
  if (body.definitions !== undefined) return body.definitions;
  throw new TeselaError("VALIDATION", "The request body holds neither planId nor definitions.");
}

/** The revision guards the write: of two that apply a plan at once, one finds the workspace moved. */
async function applyKept(
  services: Services,
  workspaceId: number,
  planId: string,
): ReturnType<Handlers["apply"]> {
  const { plans } = services.registry;
  const { baseRevision, body, appliedAt } = await plans.get(workspaceId, planId);
  if (appliedAt !== null) throw alreadyApplied(planId);
  const answer = await write(services, workspaceId, { baseRevision, plan: storedPlanSchema.parse(body) });
  await plans.markApplied(planId);
  return answer;
}

function alreadyApplied(planId: string): TeselaError {
  return new TeselaError("CONFLICT", `Plan "${planId}" has been applied already.`, {
    fix: "Make a new plan.",
  });
}

/** Nothing to write leaves the revision as it is, but the workspace must still be where the plan was made. */
async function write(
  { registry, scheduler, logger }: Services,
  workspaceId: number,
  { baseRevision, plan }: MadePlan,
): Promise<{ revision: number; changes: StoredPlan["changes"] }> {
  const isEmpty = plan.writes.length === 0;
  const { revision } = isEmpty
    ? await registry.definitions.current(workspaceId)
    : await registry.definitions.applyChanges(workspaceId, baseRevision, plan.writes);
  if (isEmpty && revision !== baseRevision) throw stale(baseRevision, revision);
  lookSoon(scheduler, logger);
  return { revision: Number(revision), changes: plan.changes };
}

function stale(planned: bigint, found: bigint): TeselaError {
  const message = `The workspace is at revision ${found}, the plan was made at ${planned}.`;
  return new TeselaError("PLAN_STALE", message, { fix: "Make a new plan." });
}
