import type { KeyType } from "@tesela/core";
import type { Entity, JoinKeyTypes } from "./entity.ts";
import type { Feature, FeatureName, FeatureValue } from "./feature.ts";

/** What is accepted for a join key: int64 as a bigint or a safe integer. */
export interface KeyInputOf {
  readonly int64: bigint | number;
  readonly string: string;
  readonly bytes: Uint8Array;
}

/** Join keys of a list of entities, by name. */
export type JoinKeysOf<Entities extends readonly Entity[]> = {
  readonly [Key in KeyNames<Entities[number]>]: KeyInputOf[TypeOfKey<Entities[number], Key>];
};

type KeyNames<E extends Entity> = E extends Entity<infer Keys> ? keyof Keys & string : never;

type TypeOfKey<E extends Entity, Key extends string> =
  E extends Entity<infer Keys extends JoinKeyTypes>
    ? Key extends keyof Keys
      ? Keys[Key] & KeyType
      : never
    : never;

/** Values of a list of features by name, in a view of this aggregation interval. */
export type ValuesOf<Features extends readonly Feature[], Interval extends string> = {
  readonly [F in Features[number] as FeatureName<F, Interval>]: FeatureValue<F>;
};
