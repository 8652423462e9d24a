import { createHash } from "node:crypto";
import { canonicalJson, type Definition, type ResolvedView } from "@tesela/core";

/**
 * SHA-256, in hex, of what an object means: its canonical JSON without its metadata, and with the
 * parsed form in place of the SQL's text, so that white space and comments do not count.
 */
export function fingerprintOf(definition: Definition, resolved: ResolvedView | null): string {
  const { description: _, owner: _owner, tags: _tags, definedIn: _definedIn, ...meaning } = definition;
  const parsed =
    resolved === null || definition.kind === "featureTable"
      ? {}
      : { transform: { parsedForm: resolved.parsedForm } };
  return createHash("sha256")
    .update(canonicalJson({ ...meaning, ...parsed }))
    .digest("hex");
}
