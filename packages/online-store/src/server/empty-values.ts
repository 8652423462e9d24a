import type { CompiledView, Value } from "@tesela/core";

/** The features of a key that was never seen, at or after the view's start (TIME T6). */
export function emptyValues({ shape }: CompiledView): readonly Value[] {
  if (shape.kind === "attributes") return shape.features.map(() => null);
  return shape.features.map(({ aggregate, partials, input }) =>
    aggregate.finalize(
      partials.map((index) => shape.partials[index]!.empty),
      input,
    ),
  );
}

/** Whether a view's values are those of a key without any data: no row, no input in any window. */
export function isEmpty(values: readonly Value[], empty: readonly Value[]): boolean {
  return values.every((value, index) => value === null || isSame(value, empty[index] ?? null));
}

function isSame(value: Value, empty: Value): boolean {
  if (Array.isArray(value)) return Array.isArray(empty) && value.length === 0;
  return value === empty;
}
