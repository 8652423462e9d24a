import { basename } from "node:path";
import { TeselaError, type ErrorCode } from "@tesela/core";
import type { TaskFailure } from "./protocol.ts";
import { textSourceMessage } from "./text-source-error.ts";

interface Rule {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
}

// The first match wins: what a message says is more telling than the class of error DuckDB gives it.
const rules: readonly Rule[] = [
  // The same later, or on another worker, may well succeed: nothing is wrong with the source.
  { pattern: /No space left on device|Disk quota exceeded/i, code: "UNAVAILABLE" },
  {
    pattern: /^Permission Error|configuration has been locked|is disabled (by|through) configuration/,
    code: "SQL_NOT_ALLOWED",
  },
  { pattern: /No files found that match/, code: "SOURCE_MISSING" },
  {
    pattern: /No magic bytes|too small to be a Parquet|Footer length error|thrift|TProtocolException/i,
    code: "SOURCE_INVALID",
  },
  {
    pattern:
      /Failed to read file|decompression failure|Variable-length int|schema mismatch|maximum_object_size|^IO Error/i,
    code: "SOURCE_INVALID",
  },
  { pattern: /^Out of Memory Error|max_temp_directory_size/, code: "LIMIT_EXCEEDED" },
  {
    pattern: /^(Parser|Syntax|Binder|Catalog|Not implemented|Parameter Not Allowed) Error/,
    code: "INVALID_SQL",
  },
  {
    pattern: /^(Conversion|Out of Range|Invalid Input|Constraint|Mismatch Type|Divide by Zero|Decimal) Error/,
    code: "VALUE_ERROR",
  },
  { pattern: /^INTERRUPT Error/, code: "CANCELLED" },
];

const moreRoom = "Give the worker more memory or temp space, or ask for less at once.";

/** The one place where DuckDB's failures become ours. Absolute paths in a message shrink to base names. */
export function toEngineError(failure: TaskFailure): TeselaError {
  if (failure.reason === "rows") return limitExceeded(failure, failure.message);
  if (failure.reason === "memory")
    return limitExceeded(failure, "The engine ran out of the memory it may use.");
  const invalidSource = textSourceMessage(failure.message);
  if (invalidSource !== null) return sourceInvalid(failure, invalidSource);
  const code = codeOf(failure.message);
  if (code === "LIMIT_EXCEEDED") return limitExceeded(failure, readable(failure.message));
  const message = code === "INTERNAL" ? "The engine failed unexpectedly." : readable(failure.message);
  return new TeselaError(code, message, { details: detailsOf(failure), cause: new Error(failure.message) });
}

/** The code that a message of DuckDB stands for. */
export function codeOf(message: string): ErrorCode {
  return rules.find(({ pattern }) => pattern.test(message))?.code ?? "INTERNAL";
}

/** DuckDB's sentence without its class, the echo of the statement, settings advice and foreign paths. */
export function readable(message: string): string {
  const [sentence = ""] = message.split(/\n+LINE \d+:|\n+Possible solutions:/, 1);
  return sentence
    .replace(/^[A-Za-z ]+ Error: /, "")
    .replaceAll(
      /(["'])(\/[^"']*)\1/g,
      (_, quote: string, path: string) => `${quote}${basename(path)}${quote}`,
    )
    .trim();
}

function sourceInvalid(failure: TaskFailure, message: string): TeselaError {
  return new TeselaError("SOURCE_INVALID", message, {
    details: detailsOf(failure),
    cause: new Error(failure.message),
    fix: "Write the file again, or leave it out of the source.",
  });
}

function limitExceeded(failure: TaskFailure, message: string): TeselaError {
  return new TeselaError("LIMIT_EXCEEDED", message, {
    details: detailsOf(failure),
    cause: new Error(failure.message),
    fix: moreRoom,
  });
}

function detailsOf({ statement }: TaskFailure): Readonly<Record<string, unknown>> {
  return statement === null ? {} : { statement };
}
