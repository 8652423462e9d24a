import { join } from "node:path";
import type { BatchFeatureViewDefinition } from "@tesela/core";
import type { Put } from "@tesela/registry";
import { resolved, sourceOf, user } from "./definitions.ts";
import { writeParquet } from "./duckdb.ts";
import type { Platform } from "./platform.ts";
import type { AppliedView } from "./reads.ts";

/** Applies a view over events that a query gives. */
export async function apply(
  world: Platform,
  view: BatchFeatureViewDefinition,
  events: string,
): Promise<AppliedView> {
  const { registry, workspaceId } = world;
  await writeEvents(world, view.name, events);
  const { objects, revision } = await registry.definitions.current(workspaceId);
  const isNew = !objects.some(({ kind }) => kind === "entity");
  const changes = [...(isNew ? [user] : []), sourceOf(view.name), view].map((definition): Put => ({
    action: "create",
    kind: definition.kind,
    name: definition.name,
    definition,
    fingerprint: definition.name,
    resolved: definition === view ? resolved : null,
  }));
  const state = await registry.definitions.applyChanges(workspaceId, revision, changes);
  const generation = state.objects.find(({ name }) => name === view.name)!.generationId!;
  return { name: view.name, generation, definition: view };
}

/** Replaces the events of a view. */
export async function writeEvents({ config }: Platform, view: string, events: string): Promise<void> {
  await writeParquet(join(config.sourceRoots[0]!, `${view}.parquet`), events);
}
