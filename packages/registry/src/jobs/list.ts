import { TeselaError } from "@tesela/core";
import type { Prisma } from "../database/prisma.ts";
import { isUuid } from "../database/uuid.ts";
import type { JobFilter, JobPage } from "../types/job.ts";
import { jobOf, withAttempts } from "./job-row.ts";

/** Where a page ends: `created_at` holds whole milliseconds, so a `Date` names it exactly. */
interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

/** One page of a workspace's jobs, the newest first. */
export async function listJobs(prisma: Prisma, workspaceId: number, filter: JobFilter): Promise<JobPage> {
  const { limit, cursor } = filter;
  const rows = await prisma.job.findMany({
    where: {
      workspaceId,
      ...chosen(filter),
      ...(cursor === undefined ? {} : after(readCursor(cursor))),
    },
    include: withAttempts,
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    jobs: page.map(jobOf),
    nextCursor: rows.length > limit && last !== undefined ? printCursor(last) : null,
  };
}

function chosen({ view, endsAfter, startsBefore, ...rest }: Omit<JobFilter, "limit" | "cursor">) {
  const { state, type, trigger, online, offline } = rest;
  return {
    ...(view === undefined ? {} : { viewName: view }),
    ...(state === undefined ? {} : { state }),
    ...(type === undefined ? {} : { type }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(online === undefined ? {} : { online }),
    ...(offline === undefined ? {} : { offline }),
    ...(endsAfter === undefined ? {} : { endTime: { gt: endsAfter } }),
    ...(startsBefore === undefined ? {} : { startTime: { lt: startsBefore } }),
  };
}

function after({ createdAt, id }: Position) {
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] };
}

function printCursor({ createdAt, id }: Position): string {
  return Buffer.from(`${createdAt.getTime()} ${id}`).toString("base64url");
}

function readCursor(cursor: string): Position {
  const [millis = "", id = ""] = Buffer.from(cursor, "base64url").toString().split(" ");
  if (/^\d{1,15}$/.test(millis) && isUuid(id)) return { createdAt: new Date(Number(millis)), id };
  throw new TeselaError("VALIDATION", "The cursor is not one that a list of jobs gave.", {
    fix: "Send the cursor of the page before, unchanged, or none for the first page.",
  });
}
