import type { FeatureView } from "@tesela/contract";
import {
  edge,
  formatDuration,
  formatInstant,
  materializableFrom,
  mergeRanges,
  parseInstant,
  type EpochMicros,
  type TimeRange,
} from "@tesela/core";
import type { Ledger } from "@tesela/registry";
import type { AppliedView } from "./applied-view.ts";

/** A feature view as a client sees it, with what the ledger says is materialized of it; `url` is its page. */
export async function featureViewOf(ledger: Ledger, view: AppliedView, url: string): Promise<FeatureView> {
  const [offline, online, generation] = await Promise.all([
    rangesOf(ledger, view.generationId, "offline"),
    rangesOf(ledger, view.generationId, "online"),
    ledger.generation(view.generationId),
  ]);
  const { time } = view.compiled;
  return {
    ...shapeOf(view),
    createdAt: formatInstant(parseInstant(generation.createdAt)),
    url,
    materialization: {
      offline: materializedOf(offline, edge(time, offline)),
      online: materializedOf(online, generation.onlineEdge),
      materializableFrom: formatInstant(materializableFrom(time)),
    },
  };
}

function shapeOf({
  definition,
  resolved,
  compiled,
  generationId,
}: AppliedView): Omit<FeatureView, "createdAt" | "url" | "materialization"> {
  return {
    name: definition.name,
    definition,
    generation: String(generationId),
    joinKeys: compiled.joinKeys.map(({ name, type }) => ({ name, type })),
    onlineServingIndex: compiled.joinKeys
      .map(({ name }) => name)
      .filter((name) => name !== compiled.wildcardKey?.name),
    wildcardJoinKey: compiled.wildcardKey?.name ?? null,
    features: compiled.shape.features.map(({ name, type }) => ({ name, type })),
    columns: [...resolved.columns],
    maxDataDelay: compiled.sources.length === 0 ? null : formatDuration(compiled.time.dataDelay),
  };
}

async function rangesOf(
  ledger: Ledger,
  generationId: number,
  store: "offline" | "online",
): Promise<TimeRange[]> {
  return mergeRanges((await ledger.ranges(generationId, store)).map(({ range }) => range));
}

function materializedOf(
  ranges: readonly TimeRange[],
  edgeAt: EpochMicros | null,
): FeatureView["materialization"]["offline"] {
  return {
    ranges: ranges.map(({ start, end }) => ({
      startTime: formatInstant(start),
      endTime: formatInstant(end),
    })),
    edge: edgeAt === null ? null : formatInstant(edgeAt),
  };
}
