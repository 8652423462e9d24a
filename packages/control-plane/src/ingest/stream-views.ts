import { TeselaError, type StreamSourceDefinition } from "@tesela/core";
import type { AppliedView, AppliedWorkspace } from "../workspace/applied-view.ts";

/** The stream of a name. Throws `NOT_FOUND` naming those that there are. */
export function streamNamed({ repository }: AppliedWorkspace, name: string): StreamSourceDefinition {
  const streams = [...repository.sources.values()].filter((source) => source.kind === "streamSource");
  const stream = streams.find((source) => source.name === name);
  if (stream !== undefined) return stream;
  const known = streams.map((source) => source.name).join(", ");
  throw new TeselaError("NOT_FOUND", `There is no stream source "${name}".`, {
    fix: known === "" ? "Apply one first." : `The workspace has: ${known}.`,
  });
}

/** The feature views that a stream reaches. Throws `VALIDATION` where its rows would be lost. */
export function viewsOver({ views }: AppliedWorkspace, { name }: StreamSourceDefinition): AppliedView[] {
  const over = [...views.values()].filter(({ compiled }) =>
    compiled.sources.some(({ definition }) => definition.kind === "streamSource" && definition.name === name),
  );
  if (over.some(({ compiled }) => compiled.online)) return over;
  throw new TeselaError(
    "VALIDATION",
    `No feature view that is served online reads stream "${name}", so its rows would be lost.`,
    { fix: "Declare a streamFeatureView over it with online: true and apply; history reads its batch log." },
  );
}
