import type { Aggregate, AggregateFamily, AggregateParameters } from "./aggregate.ts";

type Parameter = keyof AggregateParameters;

const PARAMETERS: readonly Parameter[] = ["n", "precision", "percentile"];

/** The whole numbers that a parameter may be. */
export interface IntegerRange {
  readonly least: number;
  readonly greatest: number;
}

/** The family of a function that takes nothing but a column. */
export function withoutParameters(aggregate: Aggregate): AggregateFamily {
  return { problem: (parameters) => refuseOthers(parameters, []), of: () => aggregate };
}

/** Names the parameters that a function does not take; `null` when there are none. */
export function refuseOthers(parameters: AggregateParameters, taken: readonly Parameter[]): string | null {
  const others = PARAMETERS.filter((name) => parameters[name] !== undefined && !taken.includes(name));
  if (others.length === 0) return null;
  return `it takes ${taken.length === 0 ? "no parameter" : `only ${taken.join(" and ")}`}, found ${others.join(" and ")}`;
}

/** Why a parameter is not a whole number of a range; `null` when it is one. */
export function integerProblem(
  parameters: AggregateParameters,
  name: Parameter,
  { least, greatest }: IntegerRange,
): string | null {
  const value = parameters[name];
  if (value !== undefined && Number.isInteger(value) && value >= least && value <= greatest) return null;
  return `${name} must be a whole number from ${least} to ${greatest}, found ${value ?? "none"}`;
}
