import { toTeselaError, type TeselaError } from "@tesela/core";
import { z } from "zod";
import { nameSchema } from "../definition/metadata.ts";
import { problemOf, problemSchema } from "../wire/problem.ts";

const recordErrorSchema = z.strictObject({
  pushSourceName: nameSchema.exactOptional(),
  featureViewName: nameSchema.exactOptional(),
  errorType: z.string(),
  errorMessage: z.string(),
});

/** The body of an error of pushing rows: what our clients read, and beside it what the published ones do. */
export const ingestErrorSchema = z
  .strictObject({
    ...problemSchema.shape,
    requestError: z.strictObject({ errorType: z.string(), errorMessage: z.string() }).exactOptional(),
    recordErrors: z.array(recordErrorSchema).exactOptional(),
  })
  .meta({ id: "IngestError", description: "recordErrors where records are wrong, else requestError." });

/** The body of an error of pushing rows. */
export type IngestErrorBody = z.infer<typeof ingestErrorSchema>;

/** What a client that pushes rows may be told of any thrown value. */
export function ingestErrorOf(thrown: unknown, requestId: string): IngestErrorBody {
  const error = toTeselaError(thrown);
  const problem = problemOf(error, requestId);
  const recordErrors = recordErrorsOf(error);
  if (recordErrors.length > 0) return { ...problem, recordErrors };
  const errorMessage = error.fix === null ? error.message : `${error.message} ${error.fix}`;
  return { ...problem, requestError: { errorType: typeOf(error, "Request"), errorMessage } };
}

type RecordError = z.infer<typeof recordErrorSchema>;

/** Problems of single records, by the place that they name: `records.clicks[3].price`, `featureViews.spend`. */
function recordErrorsOf(error: TeselaError): RecordError[] {
  const errorType = typeOf(error, "Record");
  return error.problems.flatMap(({ path, message }): RecordError[] => {
    const errorMessage = `${path} ${message}`;
    const pushSourceName = /^records\.(\w+)\[\d+\]/.exec(path)?.[1];
    if (pushSourceName !== undefined) return [{ pushSourceName, errorType, errorMessage }];
    const featureViewName = /^featureViews\.(\w+)$/.exec(path)?.[1];
    return featureViewName === undefined ? [] : [{ featureViewName, errorType, errorMessage }];
  });
}

function typeOf({ code }: TeselaError, what: "Request" | "Record"): string {
  return code === "VALIDATION" || code === "VALUE_ERROR" ? `${what}ValidationError` : code;
}
