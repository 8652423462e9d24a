import type { RealtimeView } from "@tesela/contract";
import { formatInstant, parseInstant, realtimeJoinKeysOf } from "@tesela/core";
import type { AppliedRealtimeView, AppliedWorkspace } from "./applied-view.ts";

/** A realtime feature view as a client sees it; `url` is its page. */
export function realtimeViewOf(
  { repository }: AppliedWorkspace,
  { definition, createdAt }: AppliedRealtimeView,
  url: string,
): RealtimeView {
  const requests = definition.sources.flatMap((one) => (one.kind === "request" ? one.schema : []));
  const fields = new Map(requests.map(({ name, type }) => [name, { name, type }]));
  return {
    name: definition.name,
    definition,
    joinKeys: realtimeJoinKeysOf(definition, repository).map(({ name, type }) => ({ name, type })),
    requestContext: [...fields.values()],
    features: definition.features.map(({ name, type }) => ({ name, type })),
    createdAt: formatInstant(parseInstant(createdAt)),
    url,
  };
}
