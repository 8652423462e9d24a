import { readFile } from "node:fs/promises";
import { TeselaError, type JoinKey } from "@tesela/core";
import { connectWorkspace } from "../connection.ts";
import { jobProgress } from "../progress.ts";
import { printTable } from "../table.ts";
import { typedKeys } from "./get-online.ts";
import type { KeyInput } from "@tesela/sdk";
import type { Context } from "../context.ts";
import type { DeleteKeysInvocation, KeysStatusInvocation, KeysVerifyInvocation } from "../invocation.ts";

/** Deletes keys; when it returns no read shows them, and with `--wait` no store holds them. */
export async function deleteKeys(invocation: DeleteKeysInvocation, context: Context): Promise<void> {
  const { terminal, signal, config } = context;
  const view = connectWorkspace(config).getFeatureView(invocation.view);
  const { joinKeys } = await view.describe({ signal });
  const keys = await keysOf(invocation, joinKeys);
  if (!invocation.isConfirmed) await confirm(invocation, keys.length, context);
  const jobs = await view.deleteKeys(keys, { signal, ...invocation.stores });
  if (invocation.isWaiting) {
    for (const id of jobs) {
      const progress = jobProgress(terminal, `delete ${invocation.view}`);
      try {
        await view.waitForMaterializationJob(id, { signal, onProgress: (job) => progress.show(job) });
      } finally {
        progress.end();
      }
    }
  }
  const { mayRemain } = await view.deletionStatus({ signal, limit: 1 });
  const rest = mayRemain.map((one) => `  - ${one}`).join("\n");
  const done = `${keys.length} keys of ${invocation.view} are deleted: no read shows them. Jobs: ${jobs.join(", ")}.`;
  terminal.result(
    { keys: keys.length, jobs, mayRemain },
    `${done}\nWhat is not ours to delete may still hold them:\n${rest}`,
  );
}

async function keysOf(
  { key, file }: DeleteKeysInvocation,
  joinKeys: readonly JoinKey[],
): Promise<readonly Readonly<Record<string, KeyInput>>[]> {
  if (file === null) return [typedKeys(key ?? {}, joinKeys)];
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, index) => typedKeys(textsOf(line, `${file}:${index + 1}`), joinKeys));
}

function textsOf(line: string, at: string): Record<string, string> {
  const entries = Object.entries(objectOf(line, at)).map(([name, value]) => {
    if (typeof value === "string" || Number.isSafeInteger(value)) return [name, String(value)] as const;
    throw new TeselaError("VALIDATION", `${at}: join key "${name}" is ${JSON.stringify(value)}.`, {
      fix: "Write text as text, whole numbers as numbers (beyond 2^53 as text), bytes as base64 text.",
    });
  });
  return Object.fromEntries(entries);
}

function objectOf(line: string, at: string): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below, with where it stands.
  }
  throw new TeselaError("VALIDATION", `${at}: not a JSON object.`, { fix: "Write one key a line." });
}

async function confirm({ view }: DeleteKeysInvocation, count: number, { terminal }: Context): Promise<void> {
  const question = `Delete ${count} keys of ${view} for good?`;
  if (terminal.isInteractive && (await terminal.confirm(question))) return;
  throw new TeselaError("CANCELLED", "Nothing was deleted.", { fix: "Confirm with --yes." });
}

/** Shows the deletions of a view and how their jobs went. */
export async function keysStatus(
  { view, isVerbose, isErrorsOnly }: KeysStatusInvocation,
  { config, terminal, signal }: Context,
): Promise<void> {
  const options = { verbose: isVerbose, errorsOnly: isErrorsOnly, signal };
  const status = await connectWorkspace(config).getFeatureView(view).deletionStatus(options);
  terminal.result({ rows: status.rows, mayRemain: status.mayRemain }, String(status));
}

/** Scans every file of a view for its deleted keys; fails when it finds one. */
export async function keysVerify(
  { view }: KeysVerifyInvocation,
  { config, terminal, signal }: Context,
): Promise<void> {
  const proof = await connectWorkspace(config).getFeatureView(view).verifyDeletedKeys({ signal });
  const { deletions, keys, files, bytes, rows, found, filesWithKeys } = proof;
  const head = ["deletions", "keys", "files scanned", "bytes", "rows scanned", "rows found"];
  const counts = [deletions, keys, files, bytes, rows, found].map(String);
  terminal.result(proof, printTable(head, [counts]));
  if (found === 0) return;
  const message = `${found} rows of deleted keys are still in ${filesWithKeys.join(", ")}.`;
  throw new TeselaError("CONFLICT", message, {
    fix: "Wait for the offline delete jobs of the view (tesela keys status), then verify again.",
  });
}
