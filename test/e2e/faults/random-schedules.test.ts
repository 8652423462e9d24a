import { expect, inject, test } from "vitest";
import { runSchedule } from "../../faults/run-schedule.ts";

/** How many schedules run, and the seed of the first. */
const COUNT = Number(process.env["TESELA_FAULT_SCHEDULES"] ?? 2);
const FIRST = Number(process.env["TESELA_FAULT_SEED"] ?? 1);
const LONGEST_MS = 300_000;

const seeds = Array.from({ length: COUNT }, (_, index) => FIRST + index);

test.each(seeds)(
  "whatever happens to the processes of seed %i, no range is there twice, none is lost, and no half result is seen",
  async (seed) => {
    const { problems, schedule, reads } = await runSchedule(inject("pgUrl"), seed);
    expect({ schedule, problems }).toEqual({ schedule, problems: [] });
    expect(reads).toBeGreaterThan(0);
  },
  LONGEST_MS,
);
