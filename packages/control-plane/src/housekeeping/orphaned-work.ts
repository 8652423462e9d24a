import { attemptIdAt } from "@tesela/offline-store";
import type { FoundFile, PlannedWork } from "@tesela/registry";
import type { Services } from "../services.ts";

const BATCH = 500;

/** Where to look for orphans. */
export interface OrphanSearch {
  readonly workspaceId: number;
  /** `null`: of all views. */
  readonly view: string | null;
}

/** The collections that orphaned files need: it lists the workspace's part of the offline store. */
export async function orphanedWork(
  { registry, offlineStore }: Pick<Services, "registry" | "offlineStore">,
  { workspaceId, view }: OrphanSearch,
  signal: AbortSignal,
): Promise<PlannedWork[]> {
  const folder = view === null ? `ws/${workspaceId}` : `ws/${workspaceId}/${view}`;
  const work = new Map<number, PlannedWork>();
  let found: (FoundFile & { readonly bytes: number })[] = [];
  const take = async (): Promise<void> => {
    const orphans = new Set(await registry.housekeeping.orphans(found));
    for (const { path, bytes } of found) {
      const target = orphans.has(path) ? targetOf(path, workspaceId) : null;
      if (target !== null)
        work.set(target.generationId, plus(work.get(target.generationId) ?? target, bytes));
    }
    found = [];
  };
  for await (const { path, bytes } of offlineStore.list(folder, { signal })) {
    const attemptId = attemptIdAt(path);
    if (attemptId !== null) found.push({ path, bytes, attemptId });
    if (found.length >= BATCH) await take();
  }
  await take();
  return [...work.values()];
}

/** The files and bytes of both, of each generation once. */
export function mergeWork(planned: readonly PlannedWork[], orphaned: readonly PlannedWork[]): PlannedWork[] {
  const extra = new Map(orphaned.map((one) => [one.generationId, one]));
  const merged = planned.map((one) => {
    const more = one.type === "collect" ? extra.get(one.generationId) : undefined;
    if (more === undefined) return one;
    extra.delete(one.generationId);
    return { ...one, files: one.files + more.files, bytes: one.bytes + more.bytes };
  });
  return [...merged, ...extra.values()];
}

function plus(work: PlannedWork, bytes: number): PlannedWork {
  return { ...work, files: work.files + 1, bytes: work.bytes + bytes };
}

function targetOf(path: string, workspaceId: number): PlannedWork | null {
  const [, view, generation] = /^ws\/[^/]+\/([^/]+)\/g(\d+)\//.exec(path) ?? [];
  if (view === undefined || generation === undefined) return null;
  return { type: "collect", workspaceId, generationId: Number(generation), view, files: 0, bytes: 0 };
}
