import { micros, type EpochMicros } from "@tesela/core";
import { servedLogAt } from "@tesela/offline-store";
import type { Services } from "../services.ts";

/** What went of a feature service's served vectors, or in a dry run would go. */
export interface SweptLog {
  readonly service: string;
  readonly files: number;
  readonly bytes: number;
}

/** Where to sweep, and whether only to look. */
export interface ServedSweep {
  /** In the offline store: all logs, or those of a workspace. */
  readonly folder: string;
  readonly isDryRun: boolean;
}

type SweepServices = Pick<Services, "registry" | "offlineStore" | "housekeeping" | "limits">;

/** The first instant whose served vectors can still be read, by the platform clock. */
export async function servedHorizon({
  registry,
  housekeeping,
}: Pick<Services, "registry" | "housekeeping">): Promise<EpochMicros> {
  return before(await registry.clock.now(), housekeeping.servedLogRetentionMs);
}

/**
 * Removes the files of served vectors that are all past their retention, for longer than a read may take: one that was
 * asked for in the last moment may have listed them. Doing it again, or at once twice, is fine.
 */
export async function sweepServed(
  services: SweepServices,
  { folder, isDryRun }: ServedSweep,
  signal: AbortSignal,
): Promise<readonly SweptLog[]> {
  const { offlineStore, limits } = services;
  const horizon = before(await servedHorizon(services), limits.retrievalTtlMs);
  const swept = new Map<string, SweptLog>();
  for await (const { path, bytes } of offlineStore.list(folder, { signal })) {
    const file = servedLogAt(path);
    if (file === null || file.last >= horizon) continue;
    if (!isDryRun) await offlineStore.delete(path, { signal });
    const log = `${file.workspaceId}/${file.service}`;
    const known = swept.get(log) ?? { service: file.service, files: 0, bytes: 0 };
    swept.set(log, { ...known, files: known.files + 1, bytes: known.bytes + bytes });
  }
  return [...swept.values()];
}

function before(instant: EpochMicros, milliseconds: number): EpochMicros {
  return micros(instant - BigInt(Math.round(milliseconds)) * 1000n);
}
