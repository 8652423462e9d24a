import { TeselaError } from "@tesela/core";

/** Throws `UNAVAILABLE` naming the parts that do not answer; why is for the log alone. */
export async function requireReady(parts: Readonly<Record<string, () => Promise<void>>>): Promise<void> {
  const failures = await Promise.all(
    Object.entries(parts).map(([name, check]) =>
      check().then(
        () => [],
        (cause: unknown) => [{ name, cause }],
      ),
    ),
  );
  const failed = failures.flat();
  if (failed.length === 0) return;
  const names = failed.map(({ name }) => name).join(", ");
  const cause = new AggregateError(
    failed.map(({ cause }) => cause),
    names,
  );
  throw new TeselaError("UNAVAILABLE", `Not ready: ${names}.`, { cause });
}
