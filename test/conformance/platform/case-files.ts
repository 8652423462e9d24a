import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import type { CompiledView } from "@tesela/core";
import type { Case } from "../case/case.ts";
import { writeParquet } from "../duckdb-table.ts";
import { compileCase, eventColumns } from "../in-process/compiled-case.ts";
import { printError } from "./running-case.ts";

/** A case with its files, which every platform reads. */
export interface FiledCase {
  readonly case: Case;
  /** The view compiled by itself, for its times. */
  readonly compiled: CompiledView;
  /** The Parquet file of the events. */
  readonly eventsPath: string;
  /** The Parquet file of the spine; there is none of a range read. */
  readonly spinePath: string;
}

/** A case that cannot be asked, and why. */
export interface RefusedCase {
  readonly case: Case;
  readonly reason: string;
}

/** Cases whose files are in a directory, and those whose view or values are of no use to anyone. */
export interface CaseFiles {
  readonly directory: string;
  readonly cases: readonly FiledCase[];
  readonly refused: readonly RefusedCase[];
}

/** Writes the events of every case, and its spine where it has one, as Parquet files. */
export async function writeCaseFiles(directory: string, cases: readonly Case[]): Promise<CaseFiles> {
  await mkdir(directory, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const filed: FiledCase[] = [];
  const refused: RefusedCase[] = [];
  for (const [index, one] of cases.entries()) {
    try {
      filed.push(await writeCase(connection, directory, one, index));
    } catch (error) {
      refused.push({ case: one, reason: printError(error) });
    }
  }
  connection.closeSync();
  instance.closeSync();
  return { directory, cases: filed, refused };
}

async function writeCase(
  connection: DuckDBConnection,
  directory: string,
  one: Case,
  index: number,
): Promise<FiledCase> {
  const eventsPath = join(directory, `events_${index}.parquet`);
  const spinePath = join(directory, `spine_${index}.parquet`);
  const compiled = compileCase(one);
  const { question } = one;
  await writeParquet(connection, eventsPath, eventColumns(one), one.events);
  if (question.kind === "spine") await writeParquet(connection, spinePath, question.columns, question.rows);
  return { case: one, compiled, eventsPath, spinePath };
}
