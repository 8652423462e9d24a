import { TeselaError } from "@tesela/core";

/** There is no file of that path. */
export function fileMissing(path: string): TeselaError {
  return new TeselaError("FILE_MISSING", `The offline store has no file "${path}".`, { details: { path } });
}

/** The path holds other bytes than those to be published. */
export function differentBytes(path: string): TeselaError {
  return new TeselaError(
    "CONFLICT",
    `The offline store holds other bytes under "${path}"; files never change.`,
    {
      fix: "Publish under a path of its own: each attempt has its folder.",
      details: { path },
    },
  );
}

/** The local file that was to be published is not a file, or not there. */
export function nothingToPublish(path: string): TeselaError {
  return new TeselaError("FILE_MISSING", `The local file that was to become "${path}" does not exist.`, {
    details: { path },
  });
}

/** Why running calls end when a store stops. */
export function stopped(): TeselaError {
  return new TeselaError("UNAVAILABLE", "The offline store is stopped.");
}

/** A call failed for a reason outside of the platform; `cause` must be free of secrets. */
export function unavailable(action: string, reason: string, cause?: unknown): TeselaError {
  return new TeselaError("UNAVAILABLE", `The offline store could not ${action}: ${reason}.`, { cause });
}
