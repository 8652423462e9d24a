import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openStations, type Stations } from "../../faults/stations.ts";

/** How many schedules run, and the seed of the first. */
const COUNT = Number(process.env["TESELA_FAULT_SCHEDULES"] ?? 40);
const FIRST = Number(process.env["TESELA_FAULT_SEED"] ?? 1);
const LONGEST_MS = 600_000;

const seeds = Array.from({ length: COUNT }, (_, index) => FIRST + index);

let stations: Stations;
beforeAll(async () => {
  stations = await openStations(inject("pgUrl"));
});
afterAll(() => stations[Symbol.asyncDispose]());

test.concurrent.each(seeds)(
  "whatever happens to the processes of seed %i, no range is there twice, none is lost, and no half result is seen",
  async (seed) => {
    const { problems, schedule, reads } = await stations.run(seed);
    expect({ schedule, problems }).toEqual({ schedule, problems: [] });
    expect(reads).toBeGreaterThan(0);
  },
  LONGEST_MS,
);
