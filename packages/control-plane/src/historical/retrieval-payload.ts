import type { RetrievalPayload, RetrievalView } from "@tesela/contract";
import { parseInstant, type EpochMicros } from "@tesela/core";
import type { AppliedWorkspace } from "../workspace/applied-view.ts";
import type { ChosenRead } from "./chosen-read.ts";
import type { ChosenView, ReadBody } from "./chosen-views.ts";
import { fencesOf } from "./fences.ts";

/** Where a read finds what was sent up, where its result goes, and what time it is. */
export interface ReadPlace {
  /** `null`: a range read. */
  readonly spinePath: string | null;
  /** `null`: every key. */
  readonly entitiesPath: string | null;
  readonly resultPath: string;
  readonly now: EpochMicros;
}

/** What a worker is asked to read, all that it needs to know in it. */
export function retrievalPayload(
  workspace: AppliedWorkspace,
  { views, realtime }: ChosenRead,
  body: ReadBody,
  place: ReadPlace,
): RetrievalPayload {
  const { spinePath } = place;
  const fields = {
    views: views.map((view) => payloadView(workspace, view, body)),
    fromSource: body.fromSource ?? null,
    onUnmaterialized: body.onUnmaterialized,
    onError: body.onError,
    isInclusive: body.join === "inclusive",
    isKnownAt: body.knownAt === "event",
    asOf: microsText(body.asOf),
    now: String(place.now),
    resultPath: place.resultPath,
  };
  if (spinePath === null) return { kind: "range", ...fields, ...rangeFields(body, place) };
  const onMissing = body.onMissing ?? "null";
  const timestampKey = body.timestampKey ?? null;
  const reads = realtime.length === 0 ? {} : { realtime: realtime.map(({ read }) => read) };
  return { kind: "spine", ...fields, ...reads, spinePath, timestampKey, onMissing };
}

function rangeFields({ startTime, endTime }: ReadBody, { entitiesPath, now }: ReadPlace) {
  return {
    start: microsText(startTime),
    end: microsText(endTime) ?? String(now),
    isEndGiven: endTime !== undefined,
    entitiesPath,
  };
}

function microsText(instant: string | undefined): string | null {
  return instant === undefined ? null : String(parseInstant(instant));
}

function payloadView(
  { repository }: AppliedWorkspace,
  { applied: { definition, resolved, generationId }, name, readAs, features, joinKeyMap }: ChosenView,
  body: ReadBody,
): RetrievalView {
  const inputs = definition.kind === "featureTable" ? [] : definition.sources.map(({ source }) => source);
  return {
    generationId: String(generationId),
    definition,
    resolved,
    entities: [...repository.entities.values()].filter((one) => definition.entities.includes(one.name)),
    sources: [...repository.sources.values()].filter((one) => inputs.includes(one.name)),
    name,
    features: features === null ? null : [...features],
    joinKeyMap: { ...joinKeyMap },
    ...fencesOf(body, readAs),
  };
}
