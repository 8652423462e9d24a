import type { ViewCoverage, Workspace } from "@tesela/sdk";
import { connectWorkspace } from "../connection.ts";
import type { Context } from "../context.ts";
import type { GapsInvocation } from "../invocation.ts";
import { printTable } from "../table.ts";

/** Shows what of a view, or of all of them, is due and not materialized, and how fresh each store is. */
export async function gaps(invocation: GapsInvocation, { config, terminal, signal }: Context): Promise<void> {
  const { view, isCompared } = invocation;
  const workspace = connectWorkspace(config);
  const names = view === null ? storedNames(await workspace.listFeatureViews({ signal })) : [view];
  const coverages: ViewCoverage[] = [];
  for (const name of names) {
    const target = workspace.getFeatureView(name);
    coverages.push(
      isCompared ? await target.refreshStaleness({ signal }) : await target.coverage({ signal }),
    );
  }
  const views = coverages.map(({ report, gaps, offline, online }) => {
    return { featureView: report.featureView, gaps, offline, online, scheduleError: report.scheduleError };
  });
  terminal.result({ views }, print(coverages));
}

/** Of a realtime view nothing is stored, so nothing can be lacking. */
function storedNames(views: Awaited<ReturnType<Workspace["listFeatureViews"]>>): readonly string[] {
  return views.filter(({ definition }) => definition.kind !== "realtimeFeatureView").map(({ name }) => name);
}

function print(coverages: readonly ViewCoverage[]): string {
  const fresh = coverages.flatMap((one) => freshRows(one));
  const gapRows = coverages.flatMap(({ report, gaps }) =>
    gaps.map(({ store, reason, startTime, endTime, jobId }) => {
      return [report.featureView, store, reason, startTime, endTime, jobId ?? ""];
    }),
  );
  const errors = coverages.flatMap(({ report: { featureView, scheduleError } }) =>
    scheduleError === null ? [] : [`${featureView}: the schedule fails: ${scheduleError.message}`],
  );
  const head = ["FEATURE VIEW", "STORE", "WHY", "START", "END", "JOB"];
  return [
    printTable(["FEATURE VIEW", "STORE", "READY TO", "DUE TO", "BEHIND"], fresh),
    gapRows.length === 0 ? "There are no gaps." : printTable(head, gapRows),
    ...errors,
  ].join("\n");
}

function freshRows({
  report,
  ...freshness
}: Pick<ViewCoverage, "report" | "offline" | "online">): string[][] {
  return (["offline", "online"] as const).map((store) => {
    const { readyTime, expectedReadyTime, lagSeconds } = freshness[store];
    const behind = lagSeconds === null ? "" : `${lagSeconds} s`;
    return [report.featureView, store, readyTime ?? "", expectedReadyTime ?? "", behind];
  });
}
