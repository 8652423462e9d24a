import type { CasePath } from "./case/case.ts";

/** One thing that a case got wrong; `row` is a spine row, or null where the whole read is meant. */
export interface Mistake {
  readonly row: number | null;
  readonly expected: string;
  readonly got: string;
}

/** A case on a path and an adapter: passed when there is no mistake. */
export interface CaseResult {
  readonly id: string;
  readonly path: CasePath;
  /** The store that was asked; `none` where nothing is stored. */
  readonly adapter: string;
  readonly mistakes: readonly Mistake[];
}

/** A result that failed as a whole. */
export function failedResult(id: string, path: CasePath, adapter: string, reason: string): CaseResult {
  return { id, path, adapter, mistakes: [{ row: null, expected: "an answer", got: reason }] };
}

/** A failure as lines for people: the case, the path, the adapter, then each row. */
export function printResult({ id, path, adapter, mistakes }: CaseResult): string {
  const lines = mistakes.map(({ row, expected, got }) => {
    const where = row === null ? "the case" : `row ${row}`;
    return `  ${where}: expected ${expected}, got ${got}`;
  });
  return [`FAILED ${id} on ${path} (${adapter})`, ...lines].join("\n");
}
