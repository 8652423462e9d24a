import type { Backend } from "../e2e/faults/parts.ts";
import { randomOf, type Random } from "./random.ts";

/** The views of a schedule: aggregates over tiles, and an attribute. */
export const VIEWS = ["spend", "balance"] as const;
export type ViewName = (typeof VIEWS)[number];

/** The day whose beginning the platform clock shows at first, and the last one that it comes to. */
export const FIRST_CLOCK_DAY = 5;
export const LAST_CLOCK_DAY = 8;

/** Workers and control planes of a schedule. */
export const SLOTS = [0, 1] as const;
export type SlotNumber = (typeof SLOTS)[number];

/** Something that is asked of the platform, or done to it. */
export type Step =
  | { readonly kind: "overwrite"; readonly view: ViewName; readonly from: number; readonly to: number }
  | { readonly kind: "late"; readonly view: ViewName; readonly day: number }
  | { readonly kind: "cancel" | "retry" | "refill"; readonly view: ViewName }
  | { readonly kind: "nextDay" }
  | { readonly kind: "killWorker" | "freezeWorker" | "killControlPlane"; readonly slot: SlotNumber }
  | { readonly kind: "killRedis" | "flushRedis" | "dropRedis" | "pauseRedis" | "dropPostgres" | "fillDisk" };

/** A step, and how long to wait after it. */
export interface TimedStep {
  readonly step: Step;
  readonly pauseMs: number;
}

/** A run of a platform with faults: what it is follows from its seed. */
export interface FaultSchedule {
  readonly seed: number;
  readonly backend: Backend;
  /** Of each worker, the failpoints of its first lives: later ones have none. */
  readonly lives: readonly (readonly string[])[];
  readonly steps: readonly TimedStep[];
}

const FAILPOINTS = [
  "after-claim",
  "after-compute",
  "after-put",
  "after-commit-1",
  "mid-push",
  "after-push",
  "after-commit-2",
];
const MOST_LIVES = 2;
const LONGEST_PAUSE_MS = 700;
const LEAST_STEPS = 5;
const MORE_STEPS = 5;

/** The schedule of a seed: even ones run on Redis, odd ones on Postgres. */
export function scheduleOf(seed: number): FaultSchedule {
  const random = randomOf(seed);
  const backend = seed % 2 === 0 ? "redis" : "postgres";
  const lives = SLOTS.map(() => times(random.int(MOST_LIVES + 1), () => failpoint(random)));
  const steps = times(LEAST_STEPS + random.int(MORE_STEPS), () => ({
    step: stepOf(random, backend),
    pauseMs: random.int(LONGEST_PAUSE_MS),
  }));
  return { seed, backend, lives, steps };
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function failpoint(random: Random): string {
  return `${random.pick(FAILPOINTS)}:${random.pick(["kill", "kill", "freeze"])}`;
}

const WORK = ["overwrite", "overwrite", "overwrite", "late", "late", "nextDay", "cancel", "retry", "refill"];
const FAULTS = ["killWorker", "freezeWorker", "killControlPlane", "dropPostgres", "fillDisk"];
const REDIS_FAULTS = ["killRedis", "flushRedis", "dropRedis", "pauseRedis"];

function stepOf(random: Random, backend: Backend): Step {
  const faults = backend === "redis" ? [...FAULTS, ...REDIS_FAULTS] : FAULTS;
  const kind = random.pick([...WORK, ...faults]) as Step["kind"];
  const view = random.pick(VIEWS);
  const day = 1 + random.int(FIRST_CLOCK_DAY - 1);
  switch (kind) {
    case "overwrite":
      return { kind, view, from: day, to: day + 1 + random.int(FIRST_CLOCK_DAY - day) };
    case "late":
      return { kind, view, day };
    case "cancel":
    case "retry":
    case "refill":
      return { kind, view };
    case "killWorker":
    case "freezeWorker":
    case "killControlPlane":
      return { kind, slot: random.pick(SLOTS) };
    case "nextDay":
    case "killRedis":
    case "flushRedis":
    case "dropRedis":
    case "pauseRedis":
    case "dropPostgres":
    case "fillDisk":
      return { kind };
  }
}
