import { httpStatusOf, TeselaError, toTeselaError, type ErrorCode, type Problem } from "@tesela/core";
import { z } from "zod";

const ERROR_CODES = Object.keys(httpStatusOf) as [ErrorCode, ...ErrorCode[]];

/** The closed list of error codes. */
export const errorCodeSchema = z.enum(ERROR_CODES);

/** One thing that is wrong with an input. */
export const problemDetailSchema = z
  .strictObject({ path: z.string(), message: z.string(), fix: z.string().exactOptional() })
  .readonly();

/** The body of every error, `application/problem+json`. */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: errorCodeSchema,
    detail: z.string(),
    fix: z.string().exactOptional(),
    problems: z.array(problemDetailSchema).exactOptional(),
    requestId: z.string(),
  })
  .meta({ id: "Problem", description: "An error: what went wrong, with what, and how to mend it." });

/** The body of every error. */
export type ProblemBody = z.infer<typeof problemSchema>;

/** The content type of errors. */
export const PROBLEM_TYPE = "application/problem+json";

/** What a client may be told of any thrown value; an unknown one is `INTERNAL` and shows nothing of itself. */
export function problemOf(thrown: unknown, requestId: string): ProblemBody {
  const error = toTeselaError(thrown);
  return {
    type: `urn:tesela:error:${error.code.toLowerCase().replaceAll("_", "-")}`,
    title: titleOf(error.code),
    status: httpStatusOf[error.code],
    code: error.code,
    detail: error.message,
    ...(error.fix === null ? {} : { fix: error.fix }),
    ...(error.problems.length === 0 ? {} : { problems: error.problems.map(detailOf) }),
    requestId,
  };
}

/** The error that a problem body tells of: the inverse of `problemOf`, for clients. */
export function errorOfProblem(body: ProblemBody): TeselaError {
  return new TeselaError(body.code, body.detail, {
    ...(body.fix === undefined ? {} : { fix: body.fix }),
    ...(body.problems === undefined ? {} : { problems: body.problems }),
    details: { requestId: body.requestId },
  });
}

function titleOf(code: ErrorCode): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function detailOf({ path, message, fix }: Problem): Problem {
  return fix === undefined ? { path, message } : { path, message, fix };
}
