import { micros } from "@tesela/core";
import type { Database } from "../database/database.ts";
import { jobOf, withAttempts } from "../jobs/job-row.ts";
import type { Job } from "../types/job.ts";
import type { Deletion } from "../types/deletion.ts";

/** Deletions of a workspace, the newest first; of one view or with one id where these are given. */
export async function listDeletions(
  { prisma }: Database,
  where: { readonly workspaceId?: number; readonly view?: string; readonly id?: bigint },
  limit: number,
): Promise<Deletion[]> {
  const { workspaceId, view, id } = where;
  const rows = await prisma.deletion.findMany({
    where: {
      ...(workspaceId === undefined ? {} : { workspaceId }),
      ...(view === undefined ? {} : { viewName: view }),
      ...(id === undefined ? {} : { id }),
    },
    include: { _count: { select: { keys: true } } },
    orderBy: { id: "desc" },
    take: limit,
  });
  const inputs = rows.map((row) => String(row.id));
  const jobs = await prisma.job.findMany({
    where: { type: "delete", input: { in: inputs } },
    include: withAttempts,
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
  return rows.map((row) => ({
    id: row.id,
    view: row.viewName,
    at: micros(row.at),
    keyCount: row._count.keys,
    online: row.online,
    offline: row.offline,
    requestedBy: row.requestedBy,
    createdAt: row.createdAt,
    jobs: jobs.filter(({ input }) => input === String(row.id)).map((job): Job => jobOf(job)),
  }));
}
