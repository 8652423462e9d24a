import { createHash } from "node:crypto";

/** Names of the statements that connections have prepared: the server plans a text once per connection. */
export interface StatementNames {
  nameOf(text: string): string;
  /**
   * Whether the statement of a name failed because its plan has outlived a migration that changed what it gives. A
   * connection never mends that by itself, so from then on all statements have new names.
   */
  outdatedBy(error: unknown, name: string): boolean;
}

/** As many names as there are texts: these are written in the code, values are bound. */
export function createStatementNames(): StatementNames {
  const digests = new Map<string, string>();
  let edition = 0;
  const digestOf = (text: string): string => {
    const known = digests.get(text);
    if (known !== undefined) return known;
    const digest = createHash("sha256").update(text).digest("base64url");
    digests.set(text, digest);
    return digest;
  };
  return {
    nameOf: (text) => `${edition}-${digestOf(text)}`,
    outdatedBy(error, name) {
      if (!isOutdatedPlan(error)) return false;
      // Of those that fail at once only the first one renames.
      if (name.startsWith(`${edition}-`)) edition++;
      return true;
    },
  };
}

/** "cached plan must not change result type": the code alone says only that something is not supported. */
export function isOutdatedPlan(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error) || !("routine" in error)) return false;
  return error.code === "0A000" && error.routine === "RevalidateCachedQuery";
}
