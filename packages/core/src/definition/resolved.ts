import type { ValueType } from "../value/value-type.ts";

/** A column that the transformation gives; `type` is null where the platform has no such value type. */
export interface ResolvedColumn {
  readonly name: string;
  readonly duckdbType: string;
  readonly type: ValueType | null;
}

/** What a worker found out about a view's transformation when it was applied. */
export interface ResolvedView {
  /** Output columns in the transformation's order. */
  readonly columns: readonly ResolvedColumn[];
  /** The checked SELECT, printed from its parsed form: what was checked is what runs. */
  readonly normalizedSql: string;
  /** The parsed form without positions: white space and comments do not change it. */
  readonly parsedForm: string;
}
