import { formatProblems, TeselaError, validateDefinitions, type Definition } from "@tesela/core";
import type { Client, Workspace } from "@tesela/sdk";
import { definitionList, definitionsOf } from "../case/definitions.ts";
import { inParallel } from "../in-parallel.ts";
import type { CaseFiles, FiledCase, RefusedCase } from "./case-files.ts";
import { pushEvents } from "./push-events.ts";
import { printError, type RunningCase } from "./running-case.ts";

const CASES_OF_A_WORKSPACE = 250;
const AT_ONCE = 4;

/** The cases of a platform: those that can be asked, and those that it refused. */
export interface OpenedCases {
  readonly running: readonly RunningCase[];
  readonly refused: readonly RefusedCase[];
}

/** Applies a view for each case, all of a workspace at once, and ingests the rows of feature tables. */
export async function openCases(client: Client, files: CaseFiles): Promise<OpenedCases> {
  const drafts = files.cases.map(draftOf);
  const refusals = new Map<string, string>();
  for (const [workspace, group] of Map.groupBy(drafts, ({ workspace }) => workspace)) {
    const sound = group.filter((draft) => isSound(draft, refusals));
    await applyAll(client.getWorkspace(workspace), sound, refusals);
  }
  const running = drafts
    .filter(({ name }) => !refusals.has(name))
    .map((draft): RunningCase & Draft => {
      const view = client.getWorkspace(draft.workspace).getFeatureView(draft.name);
      return { ...draft, ...draft.filed, view };
    });
  await inParallel(running, AT_ONCE, (one) => ingest(client, one, refusals));
  const refused = drafts.flatMap(({ name, filed }) => {
    const reason = refusals.get(name);
    return reason === undefined ? [] : [{ case: filed.case, reason }];
  });
  return {
    running: running.filter(({ name }) => !refusals.has(name)),
    refused: [...files.refused, ...refused],
  };
}

/** Feature tables and streams get their rows in the order of the case; one that refuses them cannot be asked. */
async function ingest(
  client: Client,
  { compiled, view, name, workspace, eventsPath, case: one }: RunningCase & Draft,
  refusals: Map<string, string>,
) {
  try {
    if (compiled.kind === "table") await view.ingest(eventsPath);
    if (compiled.kind === "stream") await pushEvents(client.getWorkspace(workspace), name, one);
  } catch (error) {
    refusals.set(name, `its rows could not be ingested: ${printError(error)}`);
  }
}

interface Draft {
  readonly filed: FiledCase;
  readonly name: string;
  readonly workspace: string;
  readonly definitions: readonly Definition[];
}

function draftOf(filed: FiledCase, index: number): Draft {
  const name = `case_${index}`;
  const definitions = definitionList(definitionsOf(filed.case, name, filed.eventsPath));
  const workspace = `conformance-${Math.floor(index / CASES_OF_A_WORKSPACE)}`;
  return { filed, name, workspace, definitions };
}

function isSound({ name, definitions }: Draft, refusals: Map<string, string>): boolean {
  const problems = validateDefinitions(definitions);
  if (problems.length > 0) refusals.set(name, formatProblems(problems));
  return problems.length === 0;
}

/** One apply where all is well; else each view is planned by itself, to know which one is at fault. */
async function applyAll(
  workspace: Workspace,
  drafts: readonly Draft[],
  refusals: Map<string, string>,
): Promise<void> {
  const apply = async (some: readonly Draft[]): Promise<void> => {
    if (some.length > 0) await workspace.apply(some.flatMap(({ definitions }) => definitions));
  };
  try {
    await apply(drafts);
  } catch (error) {
    if (!(error instanceof TeselaError)) throw error;
    await inParallel(drafts, AT_ONCE, async ({ name, definitions }) => {
      await workspace.plan(definitions).catch((reason: unknown) => refusals.set(name, printError(reason)));
    });
    if (drafts.every(({ name }) => !refusals.has(name))) throw error;
    await apply(drafts.filter(({ name }) => !refusals.has(name)));
  }
}
