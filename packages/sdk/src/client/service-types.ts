import type { FeatureService } from "../declare/feature-service.ts";
import { serviceViews } from "./historical-view.ts";
import type { CallOptions, Http } from "./http.ts";
import { typesOfDeclaration, type TypedFeature, type ViewTypes } from "./view-types.ts";
import type { JoinKey, ServiceViewDefinition } from "@tesela/core";

/** What is needed to read a service: its join keys and features in declared order. */
export type ServiceTypes = Pick<ViewTypes, "joinKeys" | "features">;

/** The types that a declaration tells by itself; `null` where one of its views does not. */
export function typesOfService({ views, definition }: FeatureService): ServiceTypes | null {
  const types = new Map(
    views.map((view) => [view.name, view.kind === "realtimeFeatureView" ? null : typesOfDeclaration(view)]),
  );
  const members = definition.views.map((one) => memberTypes(one, types.get(one.view) ?? null));
  const known = members.filter((member) => member !== null);
  return known.length === members.length ? together(known) : null;
}

/** The types of a service as the server has it. */
export async function askServiceTypes(
  http: Http,
  workspace: string,
  service: FeatureService | string,
  { signal }: CallOptions,
): Promise<ServiceTypes> {
  const name = typeof service === "string" ? service : service.name;
  const [{ featureService }, views] = await Promise.all([
    http.call("getFeatureService", { workspace, name }, { signal }),
    serviceViews(http, workspace, service, { signal }),
  ]);
  const counts = new Set(views.flatMap((view) => [...view.counts]));
  const features = featureService.features.map((feature) => ({
    ...feature,
    isCount: counts.has(feature.name),
  }));
  return { joinKeys: featureService.joinKeys, features };
}

function memberTypes(one: ServiceViewDefinition, types: ViewTypes | null): ServiceTypes | null {
  if (types === null) return null;
  const { view, name = view, features, joinKeyMap = {} } = one;
  const wanted = features?.flatMap((feature) => types.features.filter((known) => known.name === feature));
  return {
    joinKeys: types.joinKeys.map((key) => ({ ...key, name: joinKeyMap[key.name] ?? key.name })),
    features: (wanted ?? types.features).map((feature): TypedFeature => ({
      ...feature,
      name: `${name}.${feature.name}`,
    })),
  };
}

function together(members: readonly ServiceTypes[]): ServiceTypes {
  const joinKeys = new Map<string, JoinKey>(
    members.flatMap((member) => member.joinKeys.map((key) => [key.name, key])),
  );
  return { joinKeys: [...joinKeys.values()], features: members.flatMap(({ features }) => features) };
}
