import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { TeselaError } from "@tesela/core";
import type { ParsedCase } from "./case.ts";
import { parseCase } from "./parse-case.ts";

/** The cases of files and of the `*.json` files of folders, wherever they are. Throws on a file that is no JSON array. */
export async function readCases(paths: readonly string[]): Promise<ParsedCase[]> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  return (await Promise.all(files.map(readFileCases))).flat();
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true });
  return entries
    .filter((name) => name.endsWith(".json") && !basename(name).startsWith("."))
    .toSorted()
    .map((name) => join(path, name));
}

async function readFileCases(file: string): Promise<ParsedCase[]> {
  const json = parseJson(file, await readFile(file, "utf8"));
  if (Array.isArray(json)) return json.map(parseCase);
  throw new TeselaError("VALIDATION", `${file} holds no JSON array of cases.`);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TeselaError("VALIDATION", `${file} is no JSON: ${String(error)}`);
  }
}
