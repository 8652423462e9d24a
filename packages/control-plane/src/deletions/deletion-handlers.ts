import type { Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { deleteKeys } from "./delete-keys.ts";
import { deletionBodyOf } from "./deletion-body.ts";
import { startVerification, verifyingOf, waitForVerification } from "./verify-keys.ts";

/** Answers deletions of keys (TIME T17). */
export function deletionHandlers(
  services: Services,
): Pick<Handlers, "deleteKeys" | "listDeletions" | "verifyKeys" | "getVerification"> {
  const { registry } = services;
  return {
    deleteKeys: async (call) => ({ deletion: deletionBodyOf(await deleteKeys(services, call)) }),
    listDeletions: async ({ parameters: { workspace, name: view }, query: { limit } }) => {
      const { id } = await registry.workspaces.get(workspace);
      const deletions = await registry.deletions.list(id, { view, limit });
      return { deletions: deletions.map(deletionBodyOf) };
    },
    verifyKeys: async (call) => ({
      verifying: verifyingOf(await startVerification(services, call), call.requestId),
    }),
    getVerification: async (call) => ({
      verifying: verifyingOf(await waitForVerification(services, call), call.requestId),
    }),
  };
}
