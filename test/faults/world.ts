import { randomUUID } from "node:crypto";
import { micros, type EpochMicros } from "@tesela/core";
import type { Change } from "@tesela/registry";
import { apply } from "../e2e/faults/apply.ts";
import { balanceOf, spendOf } from "../e2e/faults/definitions.ts";
import type { AppliedView } from "../e2e/faults/reads.ts";
import { FIRST_CLOCK_DAY, type FaultSchedule, type ViewName } from "./schedule.ts";
import { dayStart, FIRST_EVENTS, UNCHANGED, type Versions } from "./source-days.ts";
import type { Station } from "./station.ts";

/** A view under faults, and all that its source has ever been. */
export interface FaultedView extends AppliedView {
  readonly sources: Versions[];
}

/** What a schedule runs in: a workspace of its own with both views. */
export interface World extends Station {
  readonly workspace: string;
  readonly views: Readonly<Record<ViewName, FaultedView>>;
}

/** Makes one with the clock at the first day and the failpoints of the schedule ahead of the workers. */
export async function openWorld(station: Station, { seed, lives }: FaultSchedule): Promise<World> {
  const { registry, workers } = station;
  await registry.clock.freeze(clockOf(FIRST_CLOCK_DAY));
  const workspace = `seed_${seed}_${randomUUID().slice(0, 8)}`;
  const own = { ...station, workspaceId: (await registry.workspaces.ensure(workspace)).id };
  for (const [slot, worker] of workers.entries()) worker.arm(lives[slot]!);
  const views = {
    spend: { ...(await apply(own, spendOf("spend"), FIRST_EVENTS)), sources: [UNCHANGED] },
    balance: { ...(await apply(own, balanceOf("balance"), FIRST_EVENTS)), sources: [UNCHANGED] },
  };
  return { ...own, workspace, views, [Symbol.asyncDispose]: () => deleteAll(own) };
}

/** Nothing of it is due any more when the clock goes on for another one. */
async function deleteAll({ registry, workspaceId }: Station): Promise<void> {
  const { objects, revision } = await registry.definitions.current(workspaceId);
  const ends = objects.map(({ kind, name }): Change => ({ action: "delete", kind, name }));
  await registry.definitions.applyChanges(workspaceId, revision, ends);
}

/** The platform clock at the beginning of a day. */
export function clockOf(day: number): EpochMicros {
  return micros(dayStart(day));
}
