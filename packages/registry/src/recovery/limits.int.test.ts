import { expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import { claimed, commandFor, days, ingestOf, useRegistry } from "../testing/registry-under-test.ts";
import type { Registry, RegistryOptions } from "../types.ts";

const under = useRegistry();

/** The same database with settings of its own. */
async function withSettings<T>(
  options: Omit<RegistryOptions, "databaseUrl">,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const registry = await openRegistry({ ...options, databaseUrl: under.databaseUrl });
  try {
    return await work(registry);
  } finally {
    await registry.stop();
  }
}

const trigger = async () => under.registry.jobs.trigger(commandFor(under, await under.newView(), days(0, 1)));

test("a workspace runs no more jobs at once than its limit, whoever claims; ingests wait for nobody", async () => {
  const [first, second, third] = [await trigger(), await trigger(), await trigger()];
  const ingest = await under.registry.jobs.ingest(ingestOf(under, await under.newTable()));
  await withSettings({ jobLimits: { perWorkspace: 2 } }, async ({ recovery, attempts }) => {
    const sent = (await recovery.takeRunnable()).map(({ id }) => id);
    expect(new Set(sent)).toEqual(new Set([first, second, ingest].map((job) => job.waitingAttempt!.id)));
    expect(await recovery.takeRunnable()).toEqual([]);
    const claims = await Promise.all(
      [first, second, third, ingest].map(({ waitingAttempt }) =>
        attempts.claim(waitingAttempt!.id, waitingAttempt!.fence, "worker", 60_000),
      ),
    );
    expect(claims.filter((claim) => claim?.work.type === "batch")).toHaveLength(2);
    expect(claims.filter((claim) => claim?.work.type === "ingest")).toHaveLength(1);
    const { id, fence } = claims.find((claim) => claim?.work.type === "batch")!;
    await attempts.fail(id, fence, { code: "VALUE_ERROR", message: "bad" });
    expect(await recovery.takeRunnable()).toHaveLength(1);
  });
});

test("attempts that could not be sent wait for their turn again", async () => {
  const job = await trigger();
  const { recovery } = under.registry;
  const isOurs = ({ id }: { readonly id: string }): boolean => id === job.waitingAttempt!.id;
  const sent = await recovery.takeRunnable();
  expect(sent.filter(isOurs)).toHaveLength(1);
  expect(await recovery.takeRunnable()).toEqual([]);
  await recovery.attemptsUnsent(sent);
  expect((await recovery.takeRunnable()).filter(isOurs)).toHaveLength(1);
});

test("the policy of retries is a setting", async () => {
  await withSettings({ retryPolicy: { maxAttempts: 1 } }, async ({ attempts }) => {
    const { id, fence } = await claimed(under, await trigger());
    const job = await attempts.fail(id, fence, { code: "UNAVAILABLE", message: "away" });
    expect(job.state).toBe("FAILURE");
  });
});
