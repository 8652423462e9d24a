import type { ErrorCode } from "@tesela/core";
import { expect, test } from "vitest";
import { putView } from "../testing/definitions.ts";
import {
  claimed,
  commandFor,
  days,
  materialize,
  oneFile,
  useRegistry,
} from "../testing/registry-under-test.ts";
import type { Job } from "../types/job.ts";

const under = useRegistry();
const refused = (code: ErrorCode, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as unknown });

/** A job of a new view that has failed for good, or was cancelled. */
async function ended(how: "failed" | "cancelled", isCommitted = false) {
  const command = commandFor(under, await under.newView(), days(0, 2));
  const job = await under.registry.jobs.trigger(command);
  if (how === "cancelled")
    return { command, job: await under.registry.jobs.cancel(under.workspaceId, job.id) };
  const { id, fence } = await claimed(under, job);
  if (isCommitted)
    await under.registry.attempts.commitFiles(id, fence, oneFile(`${id}.parquet`, command.range));
  if (isCommitted) await under.query("update attempt set number = 10 where id = $1", [id]);
  const failed = await under.registry.attempts.fail(id, fence, { code: "VALUE_ERROR", message: "bad" });
  return { command, job: failed };
}

const retry = (job: Pick<Job, "id">): Promise<Job> => under.registry.jobs.retry(under.workspaceId, job.id);

test.each(["failed", "cancelled"] as const)(
  "a job that has %s runs again, from its reservation on",
  async (how) => {
    const { command, job } = await ended(how);
    const again = await retry(job);
    expect(again).toMatchObject({ state: "MANUAL_RETRY", error: null, progress: { phase: "queued" } });
    await expect(under.registry.jobs.trigger(command)).rejects.toThrow(
      refused("CONFLICT", new RegExp(job.id)),
    );
    const { id, fence, number } = await claimed(under, again);
    expect(number).toBe(2);
    await under.registry.attempts.commitFiles(id, fence, oneFile(`${job.id}.parquet`, command.range));
    const done = await under.registry.attempts.completePush(id, fence, { onlineEdge: command.range.end });
    expect(done.state).toBe("SUCCESS");
  },
);

test("a retry by hand has as many attempts as a new job", async () => {
  const { job } = await ended("failed");
  await under.query("update attempt set number = 10 where job_id = $1", [job.id]);
  const { id, fence } = await claimed(under, await retry(job));
  const failed = await under.registry.attempts.fail(id, fence, { code: "UNAVAILABLE", message: "away" });
  expect(failed.state).toBe("RUNNING");
  expect(failed.retryAt).not.toBeNull();
});

test("a range that another job has materialized meanwhile is named", async () => {
  const { command, job } = await ended("failed");
  await materialize(under, { ...command, range: days(1, 2) });
  await expect(retry(job)).rejects.toThrow(
    refused(
      "VALIDATION",
      /overlaps what is materialized already: \[1970-01-02T00:00:00Z, 1970-01-03T00:00:00Z\)/,
    ),
  );
});

test("a range that another job is about to write is named with that job", async () => {
  const { command, job } = await ended("cancelled");
  const other = await under.registry.jobs.trigger(command);
  await expect(retry(job)).rejects.toThrow(refused("CONFLICT", new RegExp(other.id)));
});

test("what has succeeded, or goes on, is not tried again; a view that is gone is said to be", async () => {
  const command = commandFor(under, await under.newView(), days(0, 1));
  await expect(retry(await under.registry.jobs.trigger(command))).rejects.toThrow(
    refused("CONFLICT", /PENDING/),
  );
  const target = await under.newView();
  await expect(retry(await materialize(under, commandFor(under, target, days(0, 1))))).rejects.toThrow(
    refused("CONFLICT", /SUCCESS/),
  );
  const { command: gone, job } = await ended("cancelled");
  await under.apply(putView(gone.view, "recreate", "f2"));
  await expect(retry(job)).rejects.toThrow(refused("CONFLICT", /recreated or deleted/));
  await expect(retry({ id: "nothing" })).rejects.toThrow(refused("NOT_FOUND", /nothing/));
});

test("a job whose files are committed only pushes again, unless a later commit is online", async () => {
  const first = await ended("failed", true);
  expect(first.job.state).toBe("RUNNING");
  await under.query("update job set retry_at = null where id = $1", [first.job.id]);
  const cancelled = await under.registry.jobs.cancel(under.workspaceId, first.job.id);
  expect(cancelled.state).toBe("MANUALLY_CANCELLED");
  const { id, fence, resume } = await claimed(under, await retry(first.job));
  expect(resume).not.toBeNull();
  await under.registry.attempts.completePush(id, fence, { onlineEdge: first.command.range.end });
  expect(await under.registry.ledger.ranges(first.command.generationId, "online")).toHaveLength(1);

  const second = await ended("failed", true);
  await under.registry.jobs.cancel(under.workspaceId, second.job.id);
  await materialize(under, { ...second.command, range: days(5, 6) });
  await expect(retry(second.job)).rejects.toThrow(refused("CONFLICT", /online already/));
});

test("the log of each attempt is kept in order, bounded, and read by attempt", async () => {
  const { job } = await ended("cancelled");
  const { id } = await claimed(under, await retry(job));
  const line = (message: string) => ({ at: new Date("2024-01-01"), level: "info" as const, message });
  await under.registry.attempts.log(id, [line("one"), line("two")]);
  await under.registry.attempts.log(
    id,
    Array.from({ length: 1_500 }, () => line("x".repeat(3_000))),
  );
  const lines = await under.registry.jobs.logs(under.workspaceId, job.id);
  expect(lines.slice(0, 2)).toEqual([
    { attempt: 2, ...line("one") },
    { attempt: 2, ...line("two") },
  ]);
  expect([lines.length, lines.at(-1)!.message.length]).toEqual([1_000, 2_000]);
  expect(await under.registry.jobs.logs(under.workspaceId, job.id, 1)).toEqual([]);
});
