import type { HousekeepingTarget } from "@tesela/registry";
import { periodically, type Periodic } from "../operations/periodically.ts";
import type { Services } from "../services.ts";
import type { HousekeepingSettings } from "./settings.ts";

/** Makes housekeeping jobs where there is something to do. */
export interface Housekeeper {
  /** Looks for all kinds of work now; gives how many jobs there are for it. */
  look(): Promise<number>;
  /** Looks for views whose online data are lost; gives how many jobs there are for them. */
  lookForLoss(): Promise<number>;
  /** Looks again and again: of several control planes, one at a time. */
  start(): void;
  /** Waits for the look that runs. */
  stop(): Promise<void>;
}

/** What a housekeeper needs. */
export type HousekeeperServices = Pick<Services, "registry" | "logger"> & {
  readonly dispatcher: Pick<Services["dispatcher"], "dispatchAttempt">;
};

/** Makes a housekeeper; it does nothing by itself before `start`. */
export function createHousekeeper(
  services: HousekeeperServices,
  { policy, intervals, lookMs, lossLookMs }: HousekeepingSettings,
): Housekeeper {
  const { housekeeping } = services.registry;
  const startAll = async (targets: readonly HousekeepingTarget[]): Promise<number> => {
    const started = await Promise.all(targets.map((target) => startJob(services, target, policy)));
    return started.filter(Boolean).length;
  };
  const look = async (): Promise<number> => startAll(await housekeeping.due(policy, intervals));
  const lookForLoss = async (): Promise<number> => startAll(await housekeeping.lost(intervals));
  const repeat = (name: string, every: number, work: () => Promise<number>): Periodic =>
    periodically(
      async () => void ((await housekeeping.takeTurn(name, every / 2)) && (await work())),
      every,
      (error) => services.logger.error({ err: error }, "housekeeping could not look for work"),
    );
  let periodic: readonly Periodic[] = [];
  return {
    look,
    lookForLoss,
    start() {
      if (periodic.length > 0) return;
      periodic = [repeat("housekeeping", lookMs, look), repeat("online-loss", lossLookMs, lookForLoss)];
    },
    async stop() {
      await Promise.all(periodic.map((one) => one.stop()));
      periodic = [];
    },
  };
}

/** What is wrong with one view stops no other. */
async function startJob(
  { registry, dispatcher, logger }: HousekeeperServices,
  target: HousekeepingTarget,
  policy: HousekeepingSettings["policy"],
): Promise<boolean> {
  try {
    const by = { requestedBy: "", trigger: "system" } as const;
    const job = await registry.housekeeping.request(target, policy, by);
    if (job.waitingAttempt !== null) await dispatcher.dispatchAttempt(job.waitingAttempt);
    return true;
  } catch (error) {
    logger.warn({ err: error, view: target.view, type: target.type }, "a housekeeping job was not made");
    return false;
  }
}
