import { lineAt } from "./source.ts";
import type { SourceFile } from "./source.ts";

/** One import, re-export or dynamic import of a literal name. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

const statement = /(?:^|[\s;}])(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g;

/** Every import of `file`, in order. */
export function importsOf(file: SourceFile): Import[] {
  return [...file.code.matchAll(statement)].map((match) => ({
    specifier: match[1] ?? "",
    line: lineAt(file.code, match.index + match[0].length),
  }));
}

/** True for `./x` and `../x`. */
export function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}

/** The package a bare specifier belongs to: `@scope/name` or `name`, without a subpath. */
export function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
