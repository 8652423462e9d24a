import type { CheckPayload, CheckResult } from "@tesela/contract";
import { realtimeProblems, type RealtimeEngine } from "@tesela/online-store";

type Payload = NonNullable<CheckPayload["realtimeViews"]>;
type Result = NonNullable<CheckResult["realtimeViews"]>;

/** Tries the functions of realtime views; problems are data, not errors. */
export async function checkRealtimeViews(engine: RealtimeEngine, views: Payload): Promise<Result> {
  const results: Result = [];
  for (const view of views) {
    const problems = await realtimeProblems(engine, view);
    results.push({ name: view.name, problems: [...problems] });
  }
  return results;
}
