import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The repository's root; paths in this folder are relative to it. */
export const root = join(import.meta.dirname, "..", "..");

/** A TypeScript file: `path` from the root with forward slashes, its text, `code` (the text without comments), and
 * whether it is test code: a test, a benchmark, or the suite that the adapters of one port share. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly code: string;
  readonly isTest: boolean;
}

/** Something forbidden, as `path:line what was found`. */
export type Violation = string;

const skippedFolders = new Set(["node_modules", "dist", "generated"]);

// A string, a template or a regular expression is skipped whole, so that `//` inside one is no comment.
const tokens =
  /(?<comment>\/\*[\s\S]*?\*\/|\/\/[^\n]*)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|(?<=[(,=:[!&|?{};]\s*)\/(?:[^/*\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])*\//g;

/** `text` with its comments blanked out; every other character keeps its place. */
export function withoutComments(text: string): string {
  return text.replace(tokens, (token: string) => {
    return token.startsWith("/*") || token.startsWith("//") ? token.replace(/[^\n]/g, " ") : token;
  });
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), "utf8");
  return {
    path,
    text,
    code: withoutComments(text),
    isTest: /(?:\.test|\.bench|[./]suite)\.ts$|\/(?:suite|testing)\//.test(path),
  };
}

function typeScriptPathsIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : typeScriptPathsIn(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

/** Every TypeScript file below `folder`, without dependencies, build results and generated code. */
export function sourcesIn(folder: string): SourceFile[] {
  return typeScriptPathsIn(folder).map(readSource);
}

/** The line, counted from 1, of the character at `index`. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** One violation for each match of `pattern` (which must be global) in the code of `file`. */
export function matchesIn(file: SourceFile, pattern: RegExp, message: string): Violation[] {
  return [...file.code.matchAll(pattern)].map(
    ({ index }) => `${file.path}:${lineAt(file.code, index)} ${message}`,
  );
}
