import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { formatProblems, TeselaError, validateDefinitions, type Definition } from "@tesela/core";
import type { Client, Workspace } from "@tesela/sdk";
import type { Case } from "../case/case.ts";
import { definitionsOf, type CaseDefinitions } from "../case/definitions.ts";
import { writeParquet } from "../duckdb-table.ts";
import { compileCase, eventColumns } from "../in-process/compiled-case.ts";
import { inParallel } from "../in-parallel.ts";
import { printError, type RunningCase } from "./running-case.ts";

const CASES_OF_A_WORKSPACE = 250;

/** The files of the cases, which every platform reads. */
export interface CaseFiles {
  readonly directory: string;
}

/** Writes the events and the spine of every case as Parquet files. */
export async function writeCaseFiles(directory: string, cases: readonly Case[]): Promise<CaseFiles> {
  await mkdir(directory, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  for (const [index, one] of cases.entries()) {
    await writeParquet(connection, eventsPath(directory, index), eventColumns(one), one.events);
    await writeParquet(connection, spinePath(directory, index), one.spineColumns, one.spine);
  }
  connection.closeSync();
  instance.closeSync();
  return { directory };
}

function eventsPath(directory: string, index: number): string {
  return join(directory, `events_${index}.parquet`);
}

function spinePath(directory: string, index: number): string {
  return join(directory, `spine_${index}.parquet`);
}

/** Applies a view for each case, all of a workspace at once; what is refused is left out and says why. */
export async function openCases(
  client: Client,
  { directory }: CaseFiles,
  cases: readonly Case[],
): Promise<RunningCase[]> {
  const drafts = cases.map((one, index) => draftOf(one, index, eventsPath(directory, index)));
  const workspaces = Map.groupBy(drafts, ({ workspace }) => workspace);
  const refusals = new Map<string, string>();
  for (const [workspace, group] of workspaces) {
    const sound = group.filter((draft) => isSound(draft, refusals));
    await applyAll(client.getWorkspace(workspace), sound, refusals);
  }
  return drafts.map((draft, index) => ({
    case: draft.case,
    compiled: compileCase(draft.case),
    view: client.getWorkspace(draft.workspace).getFeatureView(draft.name),
    spinePath: spinePath(directory, index),
    refusal: refusals.get(draft.name) ?? null,
  }));
}

interface Draft {
  readonly case: Case;
  readonly name: string;
  readonly workspace: string;
  readonly definitions: readonly Definition[];
}

function draftOf(one: Case, index: number, path: string): Draft {
  const name = `case_${index}`;
  const { entity, source, view }: CaseDefinitions = definitionsOf(one, name, path);
  const workspace = `conformance-${Math.floor(index / CASES_OF_A_WORKSPACE)}`;
  return { case: one, name, workspace, definitions: [entity, source, view] };
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
  try {
    await workspace.apply(drafts.flatMap(({ definitions }) => definitions));
  } catch (error) {
    if (!(error instanceof TeselaError)) throw error;
    await inParallel(drafts, 4, async ({ name, definitions }) => {
      await workspace.plan(definitions).catch((reason: unknown) => refusals.set(name, printError(reason)));
    });
    if (drafts.every(({ name }) => !refusals.has(name))) throw error;
    const accepted = drafts.filter(({ name }) => !refusals.has(name));
    await workspace.apply(accepted.flatMap(({ definitions }) => definitions));
  }
}
