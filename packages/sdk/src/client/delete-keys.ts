import {
  errorOfProblem,
  MAX_DELETED_KEYS,
  MAX_WAIT_SECONDS,
  type Deletion,
  type KeysVerification,
  type KeysVerifying,
} from "@tesela/contract";
import { TeselaError, type JoinKey } from "@tesela/core";
import type { CallOptions, Http } from "./http.ts";
import { checkJoinKeys, encodeJoinKeys } from "./join-keys.ts";
import { WAIT_RETRY } from "./retry.ts";

/** From which stores keys are deleted. */
export interface DeleteOptions extends CallOptions {
  /** Where the view has it unless told. */
  readonly online?: boolean | undefined;
  /** From history: on every path that computes or reads it, and from every file; true unless told. */
  readonly offline?: boolean | undefined;
}

/** The view whose keys are meant. */
export interface ViewPath {
  readonly workspace: string;
  readonly name: string;
}

/** Deletes full keys for good (TIME T17): when it returns, no read shows them. */
export async function deleteKeysOf(
  http: Http,
  path: ViewPath,
  joinKeys: readonly JoinKey[],
  keys: readonly object[],
  { online, offline, signal }: DeleteOptions,
): Promise<Deletion> {
  if (keys.length > MAX_DELETED_KEYS) throw tooMany(keys.length);
  if (keys.length === 0) throw new TeselaError("VALIDATION", "There is no key to delete.");
  const body = {
    keys: keys.map((key) => encodeJoinKeys(checkJoinKeys(key, joinKeys))),
    ...(online === undefined ? {} : { online }),
    ...(offline === undefined ? {} : { offline }),
  };
  return (await http.call("deleteKeys", path, { body, signal })).deletion;
}

/** The deletions of a view, the newest first. */
export async function deletionsOf(
  http: Http,
  path: ViewPath,
  limit: number,
  { signal }: CallOptions,
): Promise<readonly Deletion[]> {
  return (await http.call("listDeletions", path, { query: { limit }, signal })).deletions;
}

/** Scans every file of a view for its deleted keys. */
export async function verifyKeysOf(
  http: Http,
  path: ViewPath,
  { signal }: CallOptions,
): Promise<KeysVerification> {
  let { verifying } = await http.call("verifyKeys", path, { signal });
  const query = { waitSeconds: MAX_WAIT_SECONDS };
  const wait = { query, extraMs: MAX_WAIT_SECONDS * 1000, retry: WAIT_RETRY, signal };
  while (verifying.state === "PENDING" || verifying.state === "RUNNING") {
    const parameters = { workspace: path.workspace, id: verifying.id };
    verifying = (await http.call("getVerification", parameters, wait)).verifying;
  }
  return resultOf(verifying);
}

function resultOf({ id, result, error }: KeysVerifying): KeysVerification {
  if (result !== null) return result;
  if (error !== null) throw errorOfProblem(error);
  throw new TeselaError("INTERNAL", `The scan "${id}" failed without a reason.`);
}

function tooMany(count: number): TeselaError {
  const message = `A deletion takes at most ${MAX_DELETED_KEYS} keys, this one has ${count}.`;
  return new TeselaError("LIMIT_EXCEEDED", message, {
    fix: `Split them over ${Math.ceil(count / MAX_DELETED_KEYS)} calls.`,
  });
}
