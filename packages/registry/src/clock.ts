import { micros, type EpochMicros } from "@tesela/core";
import type { Database } from "./database/database.ts";
import { statement } from "./database/statement.ts";
import type { ClockState, PlatformClock } from "./types/clock.ts";

/** The platform clock: the one row of its table, or the system's clock. */
export function createClock(database: Database, systemClock: () => Date): PlatformClock {
  const read = async (): Promise<ClockState> => {
    const row = await database.first<{ frozenAt: bigint | null }>(statement`
      select frozen_at as "frozenAt"
      from platform_clock
      where id = 1`);
    const { frozenAt } = row!;
    return frozenAt === null ? { mode: "live" } : { mode: "frozen", at: micros(frozenAt) };
  };
  const write = async (frozenAt: EpochMicros | null): Promise<void> => {
    await database.prisma.platformClock.update({ where: { id: 1 }, data: { frozenAt } });
  };
  return {
    read,
    now: async () => {
      const state = await read();
      return state.mode === "frozen" ? state.at : micros(BigInt(systemClock().getTime()) * 1000n);
    },
    freeze: write,
    release: () => write(null),
  };
}
