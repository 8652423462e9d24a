import { existsSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { TeselaError } from "@tesela/core";
import { declarationsOf } from "@tesela/sdk";
import type { Definition } from "@tesela/core";

/** All that the module `file` declares, each with where it is defined. Throws `VALIDATION` when it is not there, does not load, or declares nothing. */
export async function loadDefinitions(file: string): Promise<readonly Definition[]> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new TeselaError("VALIDATION", `There is no file ${path}.`, {
      fix: "Name the module that exports your declarations; `tesela init` writes one to begin with.",
    });
  }
  const definitions = declarationsOf(await importModule(path));
  const definedIn = relative(process.cwd(), path).split(sep).join("/");
  if (definitions.length > 0) return definitions.map((one) => ({ definedIn, ...one }));
  throw new TeselaError("VALIDATION", `${path} exports no entity, data source or feature view.`, {
    fix: "Export each of them by name: `export const airport = entity({ … })`.",
  });
}

async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    if (cause instanceof TeselaError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TeselaError("VALIDATION", `${path} does not load: ${reason}`, { cause, fix: fixFor(reason) });
  }
}

function fixFor(reason: string): string {
  const missing = /Cannot find package '([^']+)'/.exec(reason)?.[1];
  return missing === undefined ? "Correct the module." : `Install it beside the file: npm install ${missing}`;
}
