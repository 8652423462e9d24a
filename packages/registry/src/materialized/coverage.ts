import type { Database } from "../database/database.ts";
import type { Coverage } from "../types/coverage.ts";
import { readCoverage } from "./read-coverage.ts";
import { readSourceRanges, sourcesSeen } from "./sources.ts";

/** Coverage by what the ledger in Postgres says. */
export function createCoverage(database: Database): Coverage {
  return {
    read: (generationId) => readCoverage(database, generationId),
    sourceRanges: (generationId) => readSourceRanges(database, generationId),
    sourcesSeen: (seen) => sourcesSeen(database, seen),
  };
}
