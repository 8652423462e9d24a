import { formatDuration, type CompiledAggregate, type CompiledView } from "@tesela/core";
import type { Html } from "../html.ts";
import { tableOf } from "./table.ts";

/** The features of a view with their types, and of aggregates what they fold and over which window. */
export function featuresTable({ shape }: Pick<CompiledView, "shape">): Html {
  const caption = "Features";
  const empty = "The view has no features.";
  if (shape.kind === "attributes") {
    const rows = shape.features.map(({ name, type }) => [name, type]);
    return tableOf({ caption, columns: ["Name", "Type"], rows, empty });
  }
  return tableOf({
    caption,
    columns: ["Name", "Type", "Aggregate", "Column", "Window"],
    rows: shape.features.map(({ name, type, aggregate, column, window }) => [
      name,
      type,
      aggregate.name,
      column,
      windowText(window),
    ]),
    empty,
  });
}

function windowText(window: CompiledAggregate["window"]): string {
  if (window.kind === "lifetime") return "lifetime";
  const size = formatDuration(window.size);
  return window.offset === 0n ? size : `${size}, offset ${formatDuration(window.offset)}`;
}
