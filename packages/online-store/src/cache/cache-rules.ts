import type { ServingPlan } from "../server/serving-plan.ts";

/** How a view is cached. */
export interface CacheRule {
  readonly view: string;
  /** How long ago its values may have been read. */
  readonly maxAgeMs: number;
  /** The last commit whose push is known to be complete: what was read before that is not used any more. */
  readonly expectedSeq: bigint;
  /** The greatest stamp under which deleted keys are known to be hidden; likewise. */
  readonly expectedHidden: bigint;
}

/** The rules of the views that declare a cache, by their generations. */
export type CacheRules = ReadonlyMap<number, CacheRule>;

const known = new WeakMap<ServingPlan, CacheRules>();

/** The views of a plan that are cached; of the same plan always the same rules. */
export function cacheRulesOf(plan: ServingPlan): CacheRules {
  const before = known.get(plan);
  if (before !== undefined) return before;
  const rules = new Map<number, CacheRule>();
  for (const { views } of plan.workspaces.values()) {
    for (const { view, generation, expectedSeq, expectedHidden = 0n } of views.values()) {
      const age = view.onlineCacheAge;
      if (age === null) continue;
      const maxAgeMs = Number(age / 1_000n);
      rules.set(generation, { view: view.name, maxAgeMs, expectedSeq, expectedHidden });
    }
  }
  known.set(plan, rules);
  return rules;
}
