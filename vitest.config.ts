import { TotalsReporter } from "@tesela/test/support";
import { defineConfig } from "vitest/config";

const duckdb = "**/*.duckdb.test.ts";
const integration = "**/*.int.test.ts";
const e2e = "test/e2e/**/*.test.ts";
const built = ["**/node_modules/**", "**/dist/**"];
const services = "./test/support/services.ts";
/** For what comes by itself, on a machine that is busy or stalls. */
const patient = { poll: { timeout: 20_000 } };
// DuckDB holds a libuv thread per running query; Node's default of four starves everything else.
const env = { UV_THREADPOOL_SIZE: "16", TZ: "UTC" };

export default defineConfig({
  test: {
    reporters: ["default", new TotalsReporter()],
    passWithNoTests: false,
    allowOnly: false,
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: [...built, duckdb, integration, e2e],
          env: { TZ: "UTC" },
          // They share two cores with the integration tests: a limit for what hangs, not for what is slow.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "duckdb",
          include: [duckdb],
          exclude: [...built, e2e],
          env,
          expect: patient,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "integration",
          include: [integration],
          exclude: [...built, e2e],
          globalSetup: [services],
          env,
          expect: patient,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: [e2e],
          exclude: built,
          globalSetup: [services],
          env,
          expect: patient,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
