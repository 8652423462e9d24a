import { formatInstant, type EpochMicros } from "@tesela/core";
import type { RunningCase } from "./running-case.ts";

/** Runs one job over `[start, end)` into one store and waits for its success; an empty range needs none. */
export async function materialize(
  { view }: RunningCase,
  store: "online" | "offline",
  start: EpochMicros,
  end: EpochMicros,
): Promise<void> {
  if (end <= start) return;
  const id = await view.triggerMaterializationJob({
    startTime: formatInstant(start),
    endTime: formatInstant(end),
    online: store === "online",
    offline: store === "offline",
    useManagedRetries: false,
  });
  await view.waitForMaterializationJob(id, { timeout: "2m" });
}
