import { open } from "node:fs/promises";
import { basename } from "node:path";
import { TeselaError } from "@tesela/core";

/** The most bytes that the first line of a CSV file may have, and how many are tried first. */
const LONGEST_HEADER = 1024 * 1024;
const USUAL_HEADER = 64 * 1024;

/** The names in the first line of a CSV file, in order. Throws `SOURCE_INVALID` naming the file. */
export async function readCsvHeader(path: string): Promise<readonly string[]> {
  for (const bytes of [USUAL_HEADER, LONGEST_HEADER]) {
    const { text, isWhole } = await readStart(path, bytes);
    const names = parseHeader(text, isWhole);
    if (names !== null) return names;
  }
  const found = `has a first line that is no list of names within ${LONGEST_HEADER} bytes`;
  throw new TeselaError("SOURCE_INVALID", `The file "${basename(path)}" ${found}.`, {
    fix: "Write the names of the columns, separated by commas, into the first line.",
  });
}

async function readStart(path: string, bytes: number): Promise<{ text: string; isWhole: boolean }> {
  await using file = await open(path);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
  return { text: new TextDecoder("utf-8").decode(buffer.subarray(0, bytesRead)), isWhole: bytesRead < bytes };
}

/** A name: quoted, with quotes doubled inside, or plain; then a comma, the end of the line, or of the text. */
const NAME = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

/** The names of the first record; null when it is none, or may go on after the text. */
function parseHeader(text: string, isWhole: boolean): readonly string[] | null {
  const names: string[] = [];
  NAME.lastIndex = 0;
  for (let found = NAME.exec(text); found !== null; found = NAME.exec(text)) {
    const [, quoted, plain = "", end = ""] = found;
    names.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "" && !isWhole) return null;
    if (end !== ",") return names;
  }
  return null;
}
