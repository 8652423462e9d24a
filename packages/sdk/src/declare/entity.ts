import type { EntityDefinition, KeyType } from "@tesela/core";
import { declare, deepFreeze, metadataOf, type Declaration, type MetadataOptions } from "./declaration.ts";

/** Join keys by name, in declared order. */
export type JoinKeyTypes = Readonly<Record<string, KeyType>>;

/** A declared entity; `Keys` are its join keys and their types. */
export interface Entity<Keys extends JoinKeyTypes = JoinKeyTypes> extends Declaration<EntityDefinition> {
  readonly joinKeys: Keys;
}

/** What an entity is declared with. */
export interface EntityOptions<Keys extends JoinKeyTypes> extends MetadataOptions {
  readonly name: string;
  readonly joinKeys: Keys;
}

/** Declares a thing that features describe: `entity({ name: "airport", joinKeys: { origin: "string" } })`. */
export function entity<const Keys extends JoinKeyTypes>(options: EntityOptions<Keys>): Entity<Keys> {
  const definition: EntityDefinition = {
    kind: "entity",
    name: options.name,
    joinKeys: Object.entries(options.joinKeys).map(([name, type]) => ({ name, type })),
    ...metadataOf(options),
  };
  const joinKeys = Object.freeze({ ...options.joinKeys });
  return declare({ kind: "entity", name: options.name, joinKeys, definition: deepFreeze(definition) });
}
