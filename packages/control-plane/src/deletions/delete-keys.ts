import { TeselaError, toTeselaError, type CompiledView } from "@tesela/core";
import type { Deletion } from "@tesela/registry";
import type { Call } from "../http/call.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, viewNamed } from "../workspace/applied-view.ts";
import { checkedKeys } from "./checked-keys.ts";

/**
 * Deletes keys for good (TIME T17). When it returns, no read shows them: history hides what is recorded, and the
 * online store has answered that it does. Throws `UNAVAILABLE` when that does not answer: the deletion is recorded
 * then, and its jobs go on.
 */
export async function deleteKeys(services: Services, call: Call<"deleteKeys">): Promise<Deletion> {
  const { registry, dispatcher } = services;
  const { id: workspaceId } = await registry.workspaces.get(call.parameters.workspace);
  const workspace = appliedWorkspaceOf(await registry.definitions.current(workspaceId));
  const { compiled, generationId } = viewNamed(workspace, call.parameters.name);
  const deletion = await registry.deletions.create({
    workspaceId,
    generationId,
    view: compiled.name,
    joinKeys: compiled.joinKeys,
    keys: checkedKeys(compiled, call.body),
    ...storesOf(compiled, call.body),
    requestedBy: call.key?.id ?? "",
  });
  if (deletion.online) await hideOnline(services, { workspaceId, generationId, compiled }, deletion);
  for (const { waitingAttempt } of deletion.jobs) {
    if (waitingAttempt !== null) await dispatcher.dispatchAttempt(waitingAttempt);
  }
  return deletion;
}

/** Where the view has no offline store, history is computed from its sources: that hides deleted keys too. */
function storesOf(
  { name, online: isServed }: CompiledView,
  { online = isServed, offline = true }: Call<"deleteKeys">["body"],
): { readonly online: boolean; readonly offline: boolean } {
  if (online && !isServed) {
    throw new TeselaError("VALIDATION", `Feature view "${name}" is not served online.`, {
      fix: "Leave online out.",
    });
  }
  if (online || offline) return { online, offline };
  throw new TeselaError("VALIDATION", "A deletion has to be in the online or the offline store.", {
    fix: "Leave online or offline out, or make one of them true.",
  });
}

async function hideOnline(
  { registry, hideKeys }: Services,
  target: { readonly workspaceId: number; readonly generationId: number; readonly compiled: CompiledView },
  { id }: Deletion,
): Promise<void> {
  const { workspaceId, generationId: generation, compiled: view } = target;
  try {
    if (hideKeys === undefined) throw new TeselaError("UNAVAILABLE", "This process knows no online store.");
    await hideKeys({ workspaceId, generation, view }, await registry.deletions.onlineKeys(id, view.joinKeys));
  } catch (error) {
    const cause = toTeselaError(error);
    const message = `The online store did not answer, so it may still show the keys of deletion ${id}: ${cause.message}`;
    throw new TeselaError("UNAVAILABLE", message, {
      fix: "The deletion is recorded and its job tries again; delete the keys once more to be told when they are hidden.",
      cause,
    });
  }
}
