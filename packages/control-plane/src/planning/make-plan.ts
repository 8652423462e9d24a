import type { CheckResult, StoredPlan } from "@tesela/contract";
import {
  pathOf,
  repositoryOf,
  resolveTable,
  TeselaError,
  validateColumns,
  validateDefinitions,
  type Definition,
  type Problem,
  type Repository,
  type ResolvedView,
} from "@tesela/core";
import type { Services } from "../services.ts";
import { compiledRealtimeViews, realtimeViewsToCheck } from "./realtime-views.ts";
import { checkRealtimeViews, checkViews, type CheckCaller } from "./check-views.ts";
import { currentStateOf, type CurrentState } from "./current-state.ts";
import type { WantedState } from "./decide.ts";
import { diff } from "./diff.ts";
import { viewsToCheck } from "./views-to-check.ts";

/** A plan before it is kept, and the revision that it was worked out at. */
export interface MadePlan {
  readonly baseRevision: bigint;
  readonly plan: StoredPlan;
}

/**
 * Works out what makes the definitions, as the whole wanted state, true. Throws `VALIDATION` with every problem
 * of structure, SQL and columns at once; `NO_WORKER` and `TIMEOUT` when SQL could not be checked.
 */
export async function makePlan(
  services: Services,
  definitions: readonly Definition[],
  caller: CheckCaller,
): Promise<MadePlan> {
  const structure = validateDefinitions(definitions);
  const wanted = repositoryOf(definitions);
  const current = currentStateOf(await services.registry.definitions.current(caller.workspaceId));
  const checks = await checkWanted(services, viewsToCheck(current, wanted), caller, structure);
  const resolved = resolvedOf(current, wanted, checks);
  refuseProblems([...structure, ...checkProblems(checks), ...columnProblems(wanted, resolved)]);
  refuseProblems(await realtimeProblems(services, current, { repository: wanted, resolved }, caller));
  return { baseRevision: current.revision, plan: diff(current, { repository: wanted, resolved }) };
}

/** With problems of structure at hand, they are told even when SQL cannot be checked now. */
async function checkWanted(
  services: Services,
  views: ReturnType<typeof viewsToCheck>,
  caller: CheckCaller,
  structure: readonly Problem[],
): Promise<CheckResult["views"]> {
  try {
    return await checkViews(services, [...views], caller);
  } catch (error) {
    refuseProblems(structure);
    throw error;
  }
}

function resolvedOf(
  current: CurrentState,
  wanted: Repository,
  checks: CheckResult["views"],
): ReadonlyMap<string, ResolvedView> {
  const checked = new Map(checks.map(({ name, resolved }) => [name, resolved]));
  const entries = [...wanted.views].flatMap(([name, view]): [string, ResolvedView][] => {
    if (view.kind === "featureTable") return [[name, resolveTable(view, wanted)]];
    const resolved = checked.has(name) ? checked.get(name) : current.resolved.get(name);
    return resolved == null ? [] : [[name, resolved]];
  });
  return new Map(entries);
}

function checkProblems(checks: CheckResult["views"]): Problem[] {
  return checks.flatMap(({ name, problems }) => {
    const view = pathOf({ kind: "batchFeatureView", name });
    return problems.map((problem) => ({
      ...problem,
      path: problem.path.startsWith(view) ? problem.path : `${view}.${problem.path}`,
    }));
  });
}

/** Once all else is right: what a function is given has the types that the checks of SQL found. */
async function realtimeProblems(
  services: Services,
  current: CurrentState,
  wanted: WantedState,
  caller: CheckCaller,
): Promise<Problem[]> {
  const views = realtimeViewsToCheck(compiledRealtimeViews(current), compiledRealtimeViews(wanted));
  const found = await checkRealtimeViews(services, views, caller);
  return found.flatMap(({ name, problems }) => {
    const view = pathOf({ kind: "realtimeFeatureView", name });
    return problems.map((problem) => ({ ...problem, path: `${view}.${problem.path}` }));
  });
}

function columnProblems(wanted: Repository, resolved: ReadonlyMap<string, ResolvedView>): Problem[] {
  return [...wanted.views.values()].flatMap((view) => {
    const found = resolved.get(view.name);
    if (view.kind === "featureTable" || found === undefined) return [];
    return validateColumns(view, wanted, found.columns);
  });
}

function refuseProblems(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "One problem" : `${problems.length} problems`;
  const [{ path, message }] = problems as readonly [Problem, ...Problem[]];
  const first = `${path}: ${message.replace(/\.$/, "")}.`;
  throw new TeselaError("VALIDATION", `${count} with the definitions; the first: ${first}`, { problems });
}
