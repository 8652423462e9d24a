import type { Reporter, TestModule, TestRunEndReason } from "vitest/node";

/** What a run came to; a file that could not be collected and an unhandled error count as a failure each. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

type ModuleLike = Pick<TestModule, "children" | "errors">;

/** Adds up the tests of `modules`. Skipped tests count as neither. */
export function totalsOf(modules: Iterable<ModuleLike>, unhandledErrors: number): Totals {
  let passed = 0;
  let failed = unhandledErrors;
  for (const module of modules) {
    failed += module.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") passed += 1;
      if (state === "failed") failed += 1;
    }
  }
  return { passed, failed };
}

/** The line `N passed, N failed`, which continuous integration reads. */
export function totalsLine({ passed, failed }: Totals): string {
  return `${passed} passed, ${failed} failed`;
}

/** `totals`, with at least one failure where the run did not pass or ran nothing, as when the services do not start. */
export function totalsOfRun(totals: Totals, hasPassed: boolean): Totals {
  const isSound = hasPassed && totals.passed > 0;
  return isSound || totals.failed > 0 ? totals : { ...totals, failed: 1 };
}

/** Vitest reporter that ends a run with the totals alone on a line. */
export class TotalsReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    const totals = totalsOfRun(totalsOf(modules, unhandledErrors.length), reason === "passed");
    process.stdout.write(`${totalsLine(totals)}\n`);
  }
}
