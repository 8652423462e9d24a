/** One thing that is wrong with an input: where, what was found, what was expected, how to mend it. */
export interface Problem {
  /** Dotted path of the offending part, such as `feature view "delays".features[2].window`. */
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
}

/** Prints problems, one a line, as `path: message (fix)`. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join("\n");
}

function formatProblem({ path, message, fix }: Problem): string {
  return `${path}: ${message}${fix === undefined ? "" : ` (${fix})`}`;
}
