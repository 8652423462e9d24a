import { TeselaError } from "@tesela/core";

/** What is known of a failed request without anything that could hold a secret. */
export interface S3Failure {
  /** S3's code, such as `NoSuchKey`, or that of the network, such as `ECONNREFUSED`. */
  readonly name: string;
  /** `null` when there was no answer. */
  readonly status: number | null;
}

const REFUSALS = new Set([
  "AccessDenied",
  "CredentialsProviderError",
  "InvalidAccessKeyId",
  "InvalidBucketName",
  "NoSuchBucket",
  "PermanentRedirect",
  "SignatureDoesNotMatch",
]);

/** Reads an error of the AWS SDK: only its code and status, as its other fields can hold access keys. */
export function readFailure(error: unknown): S3Failure {
  if (!(error instanceof Error)) return { name: "UnknownError", status: null };
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  return { name: code ?? nameOf(error), status: statusOf(error) };
}

function nameOf({ name }: Error): string {
  return /^\w{1,60}$/.test(name) ? name : "UnknownError";
}

function statusOf(error: Error): number | null {
  if (!("$metadata" in error)) return null;
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: number };
  return httpStatusCode ?? null;
}

/** The error a caller sees: `MISCONFIGURED` when S3 refuses us for good, else `UNAVAILABLE`. */
export function toTeselaError({ name, status }: S3Failure, action: string, bucket: string): TeselaError {
  const answer = status === null ? name : `${name}, HTTP ${status}`;
  const message = `The offline store could not ${action}: bucket "${bucket}" answered ${answer}.`;
  const details = { bucket, s3Code: name, httpStatus: status };
  const isRefused = REFUSALS.has(name) || status === 401 || status === 403;
  if (!isRefused) return new TeselaError("UNAVAILABLE", message, { details });
  const fix =
    "Check that the bucket exists, its region and endpoint, and that the credentials may read, write, list and delete.";
  return new TeselaError("MISCONFIGURED", message, { fix, details });
}

/** Whether a request failed with that HTTP status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof TeselaError && error.details["httpStatus"] === status;
}
