import { open } from "node:fs/promises";
import { TeselaError } from "@tesela/core";

const LONGEST_HEADER = 1_000_000;

/**
 * The names in the first record of a CSV file. Throws `VALIDATION` when there is none, when it is no UTF-8, or
 * when a name is empty or stands twice (whatever the case of its letters, as DuckDB compares them).
 */
export async function readCsvHeader(path: string): Promise<readonly string[]> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_HEADER), 0, LONGEST_HEADER, 0);
  const names = firstRecord(decoded(buffer.subarray(0, bytesRead)));
  checkNames(names);
  return names;
}

/** The last character may be cut in the middle, which `stream` leaves out. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch (cause) {
    throw new TeselaError("VALIDATION", "The table is no text in UTF-8.", {
      fix: "Write it as UTF-8.",
      cause,
    });
  }
}

function firstRecord(text: string): readonly string[] {
  const names: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\r|\n|$)/y;
  for (;;) {
    const match = field.exec(text);
    if (match === null) throw bad("the first line is no header that can be read");
    names.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] !== ",") return names;
  }
}

/** Throws `VALIDATION` where columns cannot be told apart by their names. */
export function checkNames(names: readonly string[]): void {
  if (names.length === 1 && names[0] === "") throw bad("it is empty, there is no header");
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (name === "" || name.includes("\0")) throw bad(`column ${index + 1} has no name`);
    const folded = name.toLowerCase();
    if (seen.has(folded)) throw bad(`the column name "${name}" stands twice`);
    seen.add(folded);
  }
}

function bad(reason: string): TeselaError {
  return new TeselaError("VALIDATION", `Line 1 of the table is bad: ${reason}.`, {
    fix: "Give each column a name of its own; names differ in more than the case of their letters.",
    details: { line: 1 },
  });
}
