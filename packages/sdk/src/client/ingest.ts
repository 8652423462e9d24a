import type { FeatureView as FeatureViewInfo, Job } from "@tesela/contract";
import { KEY_TYPES, TeselaError, type KeyType } from "@tesela/core";
import type { Spine, SpineHints } from "../frame/spine.ts";
import type { Http } from "./http.ts";
import { MaterializationJobFailedError } from "./job-errors.ts";
import { uploadSpine } from "./spine-upload.ts";
import { waitForJob, type WaitOptions } from "./wait-for-job.ts";

/**
 * Brings rows, or the rows of a file, into a feature table and gives the job once it has succeeded: the next
 * read sees them, offline and online. Throws what the job failed with, such as `VALIDATION` naming a column.
 */
export async function ingestInto(
  http: Http,
  workspace: string,
  table: FeatureViewInfo,
  rows: Spine,
  options: WaitOptions,
): Promise<Job> {
  const { signal } = options;
  const uploadId = await uploadSpine(http, workspace, rows, hintsOf(table), { signal });
  const parameters = { workspace, name: table.name };
  const { job } = await http.call("ingest", parameters, { body: { uploadId }, signal });
  try {
    return await waitForJob(http, workspace, job.id, options);
  } catch (error) {
    throw reasonOf(error);
  }
}

/** A column without any value is sent as whatever type: the server knows what it should be. */
function hintsOf({ name, definition, columns }: FeatureViewInfo): SpineHints {
  if (definition.kind !== "featureTable") throw notIngested(name);
  const types = columns.map((column) => [column.name, keyTypeOf(column.type)] as const);
  const keyTypes = Object.fromEntries(types.filter(([column]) => column !== definition.timestampField));
  return { timestampKey: definition.timestampField, keyTypes };
}

function keyTypeOf(type: string | null): KeyType {
  return KEY_TYPES.find((one) => one === type) ?? "string";
}

function reasonOf(error: unknown): unknown {
  if (!(error instanceof MaterializationJobFailedError) || error.job.error === null) return error;
  const { code, message } = error.job.error;
  return new TeselaError(code, message, { cause: error, details: { jobId: error.job.id } });
}

function notIngested(name: string): TeselaError {
  return new TeselaError("VALIDATION", `Feature view "${name}" is no feature table: it is computed.`, {
    fix: "Materialize a range of it instead.",
  });
}
