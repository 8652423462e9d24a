import type { FeatureServiceDefinition, ServiceViewDefinition } from "@tesela/core";
import { declare, deepFreeze, metadataOf, type Declaration, type MetadataOptions } from "./declaration.ts";
import type { RealtimeFeatureView } from "./realtime-feature-view.ts";
import type { ServiceView } from "./service-view.ts";
import type { Together } from "./together.ts";
import type { DeclaredView, Typed } from "./view.ts";

/** A view of a service, whole or changed for it. */
export type ServiceMember = DeclaredView | RealtimeFeatureView | ServiceView;

/** A declared feature service; `Values` are named `view.feature`. */
export interface FeatureService<
  Name extends string = string,
  Keys extends object = object,
  Values extends object = object,
>
  extends Declaration<FeatureServiceDefinition>, Typed<Keys, Values> {
  readonly name: Name;
  /** The declared views that it reads, in order. */
  readonly views: readonly (DeclaredView | RealtimeFeatureView)[];
}

/** What a feature service is declared with. */
export interface FeatureServiceOptions<
  Name extends string,
  Members extends readonly ServiceMember[],
> extends MetadataOptions {
  readonly name: Name;
  /** Views, or what `.pick()`, `.withName()` and `.withJoinKeyMap()` make of them. */
  readonly views: Members;
  /** Keeps this share of what is served as a dataset, above 0 and at most 1; nothing unless told. */
  readonly logging?: { readonly sampleRate: number } | undefined;
}

type KeysOf<Member> = Member extends Typed<infer Keys, object> ? Keys : never;

type ColumnsOf<Member> = Member extends { readonly name: infer Name extends string } & Typed<
  object,
  infer Values
>
  ? { readonly [Feature in keyof Values & string as `${Name}.${Feature}`]: Values[Feature] }
  : never;

/** The join keys of a service: those of its views, by the names that it gives them. */
export type ServiceKeys<Members extends readonly ServiceMember[]> = Together<KeysOf<Members[number]>>;

/** The features of a service by `view.feature`. */
export type ServiceValues<Members extends readonly ServiceMember[]> = Together<ColumnsOf<Members[number]>>;

/** Declares several views that are read as one: `featureService({ name, views: [delays, users.withName("u")] })`. */
export function featureService<const Name extends string, const Members extends readonly ServiceMember[]>(
  options: FeatureServiceOptions<Name, Members>,
): FeatureService<Name, ServiceKeys<Members>, ServiceValues<Members>> {
  const definition: FeatureServiceDefinition = {
    kind: "featureService",
    name: options.name,
    views: options.views.map(memberDefinition),
    ...(options.logging === undefined ? {} : { logging: { sampleRate: options.logging.sampleRate } }),
    ...metadataOf(options),
  };
  return declare({
    kind: "featureService",
    name: options.name,
    views: Object.freeze(options.views.map((member) => ("view" in member ? member.view : member))),
    definition: deepFreeze(definition),
  });
}

function memberDefinition(member: ServiceMember): ServiceViewDefinition {
  return "view" in member ? member.definition : { view: member.name };
}
