import { TeselaError } from "@tesela/core";
import { beforeEach, expect, test } from "vitest";
import { claimed, commandFor, days, useRegistry } from "../testing/registry-under-test.ts";
import type { QueueMessage, QueueName } from "../queue/port.ts";
import { createDispatcher } from "./dispatcher.ts";

const under = useRegistry();

/** A queue that keeps what it is given, or refuses it. */
const recorder = (isAway = () => false) => {
  const sent: [QueueName, QueueMessage][] = [];
  const send = async (name: QueueName, message: QueueMessage): Promise<void> => {
    if (isAway()) throw new TeselaError("UNAVAILABLE", "away");
    sent.push([name, message]);
  };
  return { sent, send };
};
const dispatcherOn = (queue: ReturnType<typeof recorder>, resendAfterMs = 60_000) =>
  createDispatcher({ registry: under.registry, queue, resendAfterMs });
const triggered = async () =>
  under.registry.jobs.trigger(commandFor(under, await under.newView(), days(0, 1)));
const task = () =>
  under.registry.tasks.create({
    kind: "retrieval",
    workspaceId: under.workspaceId,
    payload: {},
    ownerKeyId: null,
    expiresInMs: 60_000,
  });

beforeEach(async () => {
  await under.query("update attempt set state = 'CANCELLED' where state is null or state = 'RUNNING'");
  await under.query("delete from task");
});

test("a message is no more than an id and a fence, in the queue of its kind", async () => {
  const queue = recorder();
  const dispatcher = dispatcherOn(queue);
  const [job, retrieval] = [await triggered(), await task()];
  await dispatcher.dispatchAttempt(job.waitingAttempt!);
  await dispatcher.dispatchTask(retrieval);
  expect(queue.sent).toEqual([
    ["materialize", job.waitingAttempt],
    ["retrieve", { id: retrieval.id, fence: 1 }],
  ]);
});

test("a queue that is away loses nothing: a later sweep sends what was not sent", async () => {
  let isAway = true;
  const queue = recorder(() => isAway);
  const dispatcher = dispatcherOn(queue, 0);
  const job = await triggered();
  await dispatcher.dispatchAttempt(job.waitingAttempt!);
  await expect(dispatcher.sweep()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  isAway = false;
  await dispatcher.sweep();
  expect(queue.sent).toEqual([["materialize", job.waitingAttempt]]);
});

test("a lost queue is rebuilt: attempts and tasks that nobody has claimed are sent again", async () => {
  const queue = recorder();
  const dispatcher = dispatcherOn(queue);
  const [job, retrieval] = [await triggered(), await task()];
  await dispatcher.dispatchAttempt(job.waitingAttempt!);
  await dispatcher.dispatchTask(retrieval);
  queue.sent.length = 0;
  expect(await dispatcher.sweep()).toEqual({ lostAttempts: 0, sent: 0 });
  await under.query("update attempt set sent_at = sent_at - interval '1 minute'");
  await under.query("update task set sent_at = sent_at - interval '1 minute'");
  expect(await dispatcher.sweep()).toEqual({ lostAttempts: 0, sent: 2 });
  expect(queue.sent.map(([, message]) => message.id)).toEqual([job.waitingAttempt!.id, retrieval.id]);
  // The patience doubles: a minute later it is too early for the next time.
  await under.query("update attempt set sent_at = sent_at - interval '1 minute'");
  await under.query("update task set sent_at = sent_at - interval '1 minute'");
  expect(await dispatcher.sweep()).toEqual({ lostAttempts: 0, sent: 0 });
});

test("a lost worker's attempt is followed by a new one of a higher fence, in the same sweep", async () => {
  const queue = recorder();
  const job = await triggered();
  const first = await claimed(under, job);
  await under.query("update attempt set lease_until = now() - interval '1 second' where id = $1", [first.id]);
  expect(await dispatcherOn(queue).sweep()).toEqual({ lostAttempts: 1, sent: 1 });
  const { waitingAttempt } = await under.registry.jobs.get(under.workspaceId, job.id);
  expect(waitingAttempt?.fence).toBe(2);
  expect(queue.sent).toEqual([["materialize", waitingAttempt]]);
});

test("dispatchers that sweep at once send each message once", async () => {
  const jobs = [];
  for (let i = 0; i < 6; i++) jobs.push(await triggered());
  for (const job of jobs.slice(0, 3)) await claimed(under, job);
  await under.query("update attempt set lease_until = now() - interval '1 second' where state = 'RUNNING'");
  await under.query("update attempt set queued_at = now() - interval '1 hour' where state is null");
  const queue = recorder();
  await Promise.all(Array.from({ length: 4 }, () => dispatcherOn(queue).sweep()));
  await dispatcherOn(queue).sweep();
  const now = await Promise.all(jobs.map((job) => under.registry.jobs.get(under.workspaceId, job.id)));
  const byId = (a: string, b: string): number => (a < b ? -1 : 1);
  expect(queue.sent.map(([, message]) => message.id).toSorted(byId)).toEqual(
    now.map((job) => job.waitingAttempt!.id).toSorted(byId),
  );
  expect(now.map((job) => job.attempts.length)).toEqual([1, 1, 1, 0, 0, 0]);
});

test("started, it sweeps until it is stopped", async () => {
  const queue = recorder();
  const dispatcher = dispatcherOn(queue, 0);
  const job = await triggered();
  dispatcher.start(1);
  await expect.poll(() => queue.sent.length).toBeGreaterThan(0);
  await dispatcher.stop();
  expect(queue.sent[0]).toEqual(["materialize", job.waitingAttempt]);
});
