import { lstat, readdir, realpath } from "node:fs/promises";
import { isAbsolute, join, matchesGlob, relative, resolve, sep } from "node:path";
import { TeselaError } from "@tesela/core";

/** The most files one source may have. */
export const maxSourceFiles = 10_000;

const wildcards = /[*?]/;

/**
 * The files that a source pattern names, as sorted real absolute paths. The pattern is relative to a root or
 * absolute inside one; `*` and `?` stand for characters within one segment. Every match, symbolic links
 * followed, must lie inside a root. Throws `SOURCE_MISSING` if nothing matches, `SQL_NOT_ALLOWED` for a way
 * out of the roots, `LIMIT_EXCEEDED` for too many files.
 */
export async function resolveSourceFiles(
  roots: readonly string[],
  pattern: string,
): Promise<readonly string[]> {
  const segments = segmentsOf(pattern);
  const found = new Set<string>();
  const realRoots = await Promise.all(roots.map((root) => realpath(root)));
  for (const [index, root] of roots.entries()) {
    const inside = insideRoot(root, realRoots[index]!, pattern, segments);
    if (inside === null) continue;
    for (const match of await expand(realRoots[index]!, inside))
      found.add(await confined(match, realRoots, pattern));
    if (found.size > maxSourceFiles) throw tooMany(pattern, found.size);
  }
  if (found.size === 0) throw missing(pattern, roots);
  return [...found].toSorted();
}

function segmentsOf(pattern: string): readonly string[] {
  if (pattern.includes("\0")) throw notAllowed(`The source path holds a NUL character.`);
  const segments = pattern.split(/[/\\]/).filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) throw notAllowed(`The source path "${pattern}" holds "..".`);
  if (segments.includes("**"))
    throw notAllowed(`The source path "${pattern}" holds "**"; name each level with "*".`);
  return segments;
}

function insideRoot(
  root: string,
  realRoot: string,
  pattern: string,
  segments: readonly string[],
): readonly string[] | null {
  if (!isAbsolute(pattern)) return segments;
  for (const base of [resolve(root), realRoot]) {
    const rest = relative(base, resolve(pattern));
    if (rest !== "" && !rest.startsWith("..") && !isAbsolute(rest)) return rest.split(sep);
  }
  return null;
}

async function expand(directory: string, segments: readonly string[]): Promise<readonly string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return (await kindOf(directory)) === "file" ? [directory] : [];
  const names = wildcards.test(segment) ? await matching(directory, segment) : [segment];
  const nested: string[] = [];
  for (const name of names) {
    nested.push(...(await expand(join(directory, name), rest)));
    if (nested.length > maxSourceFiles) throw tooMany(segments.join("/"), nested.length);
  }
  return nested;
}

async function matching(directory: string, segment: string): Promise<readonly string[]> {
  const entries = await readdir(directory).catch(() => []);
  const hidden = segment.startsWith(".");
  return entries.filter(
    (name) => name.startsWith(".") === hidden && matchesGlob(name, escapeBrackets(segment)),
  );
}

// Only `*` and `?` have a meaning here; the matcher knows more.
function escapeBrackets(segment: string): string {
  return segment.replaceAll(/[[\]{}()!+@]/g, "[$&]");
}

async function kindOf(path: string): Promise<"file" | "other" | "none"> {
  const target = await realpath(path).catch(() => null);
  if (target === null) return "none";
  return (await lstat(target)).isFile() ? "file" : "other";
}

async function confined(path: string, realRoots: readonly string[], pattern: string): Promise<string> {
  const target = await realpath(path);
  const isInside = realRoots.some((root) => target.startsWith(root.endsWith(sep) ? root : root + sep));
  if (!isInside)
    throw notAllowed(`A file that "${pattern}" names leads out of the source roots by a symbolic link.`);
  return target;
}

function notAllowed(message: string): TeselaError {
  return new TeselaError("SQL_NOT_ALLOWED", message, { fix: "Name files inside a configured source root." });
}

function missing(pattern: string, roots: readonly string[]): TeselaError {
  return new TeselaError(
    "SOURCE_MISSING",
    `No file matches "${pattern}" in the source roots ${roots.join(", ")}.`,
    {
      fix: "Check the path, or add its directory to the source roots.",
    },
  );
}

function tooMany(pattern: string, found: number): TeselaError {
  const message = `"${pattern}" matches ${found} files or more; at most ${maxSourceFiles} are allowed.`;
  return new TeselaError("LIMIT_EXCEEDED", message, { fix: "Name fewer files, or compact them." });
}
