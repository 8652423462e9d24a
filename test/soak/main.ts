import { Command } from "commander";
import { soakFaults } from "./faults.ts";
import { soakOnline } from "./online.ts";
import { soakViews } from "./views.ts";

// What this process has started ends with it.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const program = new Command("soak").description("Long runs that look for what short ones do not show.");

program
  .command("faults", { isDefault: true })
  .description("seeded schedules of faults, some at once")
  .option("--schedules <count>", "how many; 1000, or no bound where minutes are given", Number)
  .option("--minutes <count>", "for how long", Number)
  .option("--seed <first>", "the first seed", Number, 1)
  .option("--lanes <count>", "how many run at once", Number, 4)
  .action(async (options: { schedules?: number; minutes?: number; seed: number; lanes: number }) => {
    const { minutes = null, seed, lanes } = options;
    const schedules = options.schedules ?? (minutes === null ? 1_000 : Infinity);
    endWith(await soakFaults({ schedules, minutes, seed, lanes }));
  });

program
  .command("views")
  .description("many scheduled views on a fast clock: memory, handles and tables must stay flat")
  .option("--views <count>", "how many", Number, 200)
  .option("--minutes <count>", "for how long", Number, 20)
  .action(async (options: { views: number; minutes: number }) => endWith(await soakViews(options)));

program
  .command("online")
  .description("a feature server process at a constant rate: every answer right, memory flat")
  .option("--minutes <count>", "for how long", Number, 10)
  .option("--share <part>", "of the requests a second that it was measured to bear", Number, 0.8)
  .action(async (options: { minutes: number; share: number }) => endWith(await soakOnline(options)));

await program.parseAsync();

function endWith(isGood: boolean): void {
  process.exitCode = isGood ? 0 : 1;
}
