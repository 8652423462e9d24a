import { TeselaError } from "@tesela/core";

const SEGMENT = /^[A-Za-z0-9_=-][A-Za-z0-9._=-]{0,199}$/;
/** S3 allows 1,024 bytes a key; the rest is for the prefix of a store. */
const LONGEST_PATH = 800;

/** Whether a text is a path: see `checkPath`. */
export function isPath(text: string): boolean {
  return text.length <= LONGEST_PATH && text.split("/").every((segment) => SEGMENT.test(segment));
}

/**
 * The path itself when it is relative, at most 800 characters, and each of its `/`-separated segments has 1 to
 * 200 characters of `A-Z a-z 0-9 . _ = -` and does not begin with a dot; else throws `VALIDATION`.
 */
export function checkPath(path: string): string {
  if (!isPath(path)) throw invalid("file path", path);
  return path;
}

/** A folder with its closing `/`, or `""` for the root; it is a path that may end in `/`, else `VALIDATION`. */
export function checkFolder(folder: string): string {
  if (folder === "") return "";
  const path = folder.endsWith("/") ? folder.slice(0, -1) : folder;
  if (!isPath(path)) throw invalid("folder", folder);
  return `${path}/`;
}

/** The text itself when it is one segment of a path, else throws `VALIDATION` naming `what` it is. */
export function checkSegment(what: string, text: string): string {
  if (!SEGMENT.test(text)) throw invalid(what, text);
  return text;
}

function invalid(what: string, found: string): TeselaError {
  return new TeselaError("VALIDATION", `${JSON.stringify(found.slice(0, 120))} cannot be used as ${what}.`, {
    fix: 'Use relative paths whose segments hold letters, digits, "_", "=", "-" and, not first, "." only.',
  });
}
