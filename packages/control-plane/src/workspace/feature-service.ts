import type { FeatureService } from "@tesela/contract";
import { formatInstant, parseInstant, realtimeJoinKeysOf, type ServiceViewDefinition } from "@tesela/core";
import { viewNamed, type AppliedService, type AppliedWorkspace } from "./applied-view.ts";

/** A feature service as a client sees it: the keys that it is read by, and the columns that it gives, in order. */
export function featureServiceOf(
  workspace: AppliedWorkspace,
  { definition, createdAt }: AppliedService,
): FeatureService {
  const keys = definition.views.flatMap((one) => keysOf(workspace, one));
  return {
    name: definition.name,
    definition,
    joinKeys: [...new Map(keys.map((key) => [key.name, key])).values()],
    features: definition.views.flatMap((one) => featuresOf(workspace, one)),
    createdAt: formatInstant(parseInstant(createdAt)),
  };
}

function keysOf(
  workspace: AppliedWorkspace,
  { view, joinKeyMap = {} }: ServiceViewDefinition,
): FeatureService["joinKeys"] {
  const realtime = workspace.realtimeViews.get(view);
  const joinKeys =
    realtime === undefined
      ? viewNamed(workspace, view).compiled.joinKeys
      : realtimeJoinKeysOf(realtime.definition, workspace.repository);
  return joinKeys.map(({ name, type }) => ({ name: joinKeyMap[name] ?? name, type }));
}

function featuresOf(
  workspace: AppliedWorkspace,
  { view, name = view, features }: ServiceViewDefinition,
): FeatureService["features"] {
  const all =
    workspace.realtimeViews.get(view)?.compiled.features ??
    viewNamed(workspace, view).compiled.shape.features;
  const wanted = features?.flatMap((feature) => all.filter((one) => one.name === feature)) ?? all;
  return wanted.map((feature) => ({ name: `${name}.${feature.name}`, type: feature.type }));
}
