import { randomUUID } from "node:crypto";
import type { KeepServedPayload } from "@tesela/contract";
import { resultPath } from "@tesela/offline-store";
import type { ServedBatch } from "@tesela/online-store";
import type { Registry } from "@tesela/registry";

/** How long a worker has to take it; a day of no worker loses samples, not requests. */
const EXPIRES_MS = 24 * 3_600_000;

/** Asks a worker to keep served vectors: the dispatcher's next sweep sends the task. */
export async function keepServed(
  { tasks }: Pick<Registry, "tasks">,
  { workspaceId, service, columns, rows }: ServedBatch,
): Promise<void> {
  const payload: KeepServedPayload = {
    kind: "keepServed",
    service,
    id: randomUUID(),
    columns: [...columns],
    rows: rows.map((row) => row.map((value) => (Array.isArray(value) ? [...value] : value))),
    resultPath: resultPath(randomUUID()),
  };
  await tasks.create({
    kind: "retrieval",
    workspaceId,
    payload,
    ownerKeyId: null,
    expiresInMs: EXPIRES_MS,
  });
}
