import { expect, it } from "vitest";
import { toEngineError } from "./errors.ts";

const messages: readonly (readonly [string, string, string])[] = [
  ['Parser Error: syntax error at or near "x"\n\nLINE 1: x', "INVALID_SQL", 'syntax error at or near "x"'],
  ["Binder Error: no", "INVALID_SQL", "no"],
  ["Catalog Error: no such table", "INVALID_SQL", "no such table"],
  [
    "Conversion Error: Could not convert string 'x' to INT32",
    "VALUE_ERROR",
    "Could not convert string 'x' to INT32",
  ],
  ["Out of Range Error: Overflow in addition", "VALUE_ERROR", "Overflow in addition"],
  ["Invalid Input Error: Invalid unicode", "VALUE_ERROR", "Invalid unicode"],
  [
    "Invalid Input Error: No magic bytes found at end of file '/a/b/c.parquet'",
    "SOURCE_INVALID",
    "No magic bytes found at end of file 'c.parquet'",
  ],
  [
    "Invalid Input Error: File '/a/c.parquet' too small to be a Parquet file",
    "SOURCE_INVALID",
    "File 'c.parquet' too small to be a Parquet file",
  ],
  [
    "Invalid Error: Variable-length int over 10 bytes.",
    "SOURCE_INVALID",
    "Variable-length int over 10 bytes.",
  ],
  [
    'IO Error: No files found that match the pattern "/a/c.parquet"',
    "SOURCE_MISSING",
    'No files found that match the pattern "c.parquet"',
  ],
  [
    "Out of Memory Error: failed to allocate\n\nPossible solutions:\n* more",
    "LIMIT_EXCEEDED",
    "failed to allocate",
  ],
  [
    'IO Error: Could not write all bytes to file "/a/b/c.parquet": No space left on device',
    "UNAVAILABLE",
    'Could not write all bytes to file "c.parquet": No space left on device',
  ],
  ['Permission Error: Cannot access file "/etc/passwd"', "SQL_NOT_ALLOWED", 'Cannot access file "passwd"'],
  [
    "Invalid Input Error: Cannot change configuration option - the configuration has been locked",
    "SQL_NOT_ALLOWED",
    "Cannot change configuration option - the configuration has been locked",
  ],
  [
    "Invalid Input Error: CSV Error on Line: 3\nOriginal Line: 007\nExpected Number of Columns: 3 Found: 1\nPossible fixes:\n* more\n\n  file = /a/b/c.csv\n  delimiter = ,",
    "SOURCE_INVALID",
    'The file "c.csv" cannot be read as CSV, line 3: Expected Number of Columns: 3 Found: 1.',
  ],
  [
    "Invalid Input Error: The CSV Parser state machine reached an invalid state.\nThis can happen\n\n  file = /a/b/c.csv\n  delimiter = ,",
    "SOURCE_INVALID",
    'The file "c.csv" cannot be read as CSV, in some line: it does not comply with RFC 4180.',
  ],
  [
    'Invalid Input Error: Malformed JSON in file "/a/b/c.ndjson", at byte 8 in line 3: unexpected end of data. ',
    "SOURCE_INVALID",
    'The file "c.ndjson" cannot be read as NDJSON, near line 3: unexpected end of data.',
  ],
  [
    'Invalid Input Error: source value: The file "c.csv" has "x" in the column "n", which is declared int64.',
    "SOURCE_INVALID",
    'The file "c.csv" has "x" in the column "n", which is declared int64.',
  ],
  ["INTERRUPT Error: Interrupted!", "CANCELLED", "Interrupted!"],
  ["INTERNAL Error: assertion of /secret/path", "INTERNAL", "The engine failed unexpectedly."],
];

it.each(messages)("%s becomes %s", (message, code, text) => {
  const error = toEngineError({ reason: "duckdb", message, statement: 1 });
  expect(error).toMatchObject({ code, message: text, details: { statement: 1 } });
});

it("too many rows, and a process that outgrew its memory, exceed a limit", () => {
  expect(toEngineError({ reason: "rows", message: "too many", statement: null }).code).toBe("LIMIT_EXCEEDED");
  expect(toEngineError({ reason: "memory", message: "9 bytes", statement: null }).code).toBe(
    "LIMIT_EXCEEDED",
  );
});
