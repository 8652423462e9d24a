import { overlaps, type CompiledView, type ResolvedView, type TimeRange } from "@tesela/core";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import { statesTimes, timesOf } from "../source/file-times.ts";
import { handsOnColumn } from "../source/hands-on-column.ts";
import type { OpenedView } from "../source/view-source.ts";

/**
 * Whether the footers of a view's source files show that none of their rows is of a range, nor without an event time:
 * then nothing is computed and nothing rejected, whatever the transformation. `false` where they do not tell.
 */
export async function holdsNothing(
  engine: Engine,
  { view, resolved, opened }: { view: CompiledView; resolved: ResolvedView; opened: OpenedView },
  range: TimeRange,
  options: TaskOptions,
): Promise<boolean> {
  const [source, ...others] = view.sources;
  if (source === undefined || others.length > 0 || view.isIncremental) return false;
  const { parameter, definition } = source;
  const [{ files, columns }] = opened.sources as readonly [OpenedView["sources"][number]];
  const { timestampField } = definition.batch;
  if (timestampField !== view.timestampField || !statesTimes(definition.batch, { columns })) return false;
  if (!handsOnColumn(resolved.parsedForm, parameter, timestampField)) return false;
  const stated = await timesOf(engine, files, timestampField, options);
  return stated.every(({ times, isComplete }) => isComplete && times !== null && !overlaps(times, range));
}
