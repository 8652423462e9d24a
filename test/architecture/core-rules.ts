import { posix } from "node:path";
import { coreArrows } from "./arrows.ts";
import { importsOf, isRelative } from "./imports.ts";
import { matchesIn } from "./source.ts";
import type { SourceFile, Violation } from "./source.ts";

const home = "packages/core/src/";

const impurities: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b/g, "reads the clock with Date.now"],
  [/\bnew\s+Date(?:\s*\(\s*\)|(?!\s*[\w(.]))/g, "reads the clock with new Date()"],
  [
    /(?<!(?<!globalThis)\.|\w)(?:performance|process|console|crypto)\s*(?:\.|\[)/g,
    "touches the world outside",
  ],
  [/\bMath\.random\b/g, "draws a random number"],
  [
    /(?<!(?<!globalThis)\.|\w)(?:setTimeout|setInterval|setImmediate|queueMicrotask|fetch)\s*\(/g,
    "starts a timer or a request",
  ],
];

/** What makes code of core impure: a clock, the environment, a logger, chance, timers, the network. */
export function impuritiesOf(file: SourceFile): Violation[] {
  return impurities.flatMap(([pattern, message]) => matchesIn(file, pattern, message));
}

/** Imports of core that are not files of core. */
export function outsideImports(file: SourceFile): Violation[] {
  return importsOf(file)
    .filter(({ specifier }) => !isRelative(specifier))
    .map(({ specifier, line }) => `${file.path}:${line} imports ${specifier}: core depends on nothing`);
}

function folderOf(path: string): string | null {
  const [folder, ...rest] = path.slice(home.length).split("/");
  return folder !== undefined && rest.length > 0 ? folder : null;
}

/** Imports between the folders of core against their order; `index.ts` may import them all. */
export function disorderedImports(file: SourceFile): Violation[] {
  const from = folderOf(file.path);
  if (from === null) return [];
  const allowed = coreArrows[from];
  if (allowed === undefined) return [`${file.path}:1 lies in ${from}, which the architecture does not know`];
  return importsOf(file)
    .filter(({ specifier }) => isRelative(specifier))
    .map((found) => ({ ...found, to: folderOf(posix.join(posix.dirname(file.path), found.specifier)) }))
    .filter(({ to }) => to !== from && (to === null || !allowed.includes(to)))
    .map(({ specifier, line }) => `${file.path}:${line} imports ${specifier}, which lies above ${from}`);
}
