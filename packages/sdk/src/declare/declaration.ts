import type { Definition, Metadata } from "@tesela/core";

/** Marks declared objects, also those of another copy of this package. */
export const declaration: unique symbol = Symbol.for("tesela.declaration") as never;

/** A declared object: frozen, with the definition that a server stores. */
export interface Declaration<D extends Definition = Definition> {
  readonly [declaration]: true;
  readonly kind: D["kind"];
  readonly name: D["name"];
  /** What the server stores, canonical: durations and instants in their one spelling. */
  readonly definition: D;
}

/** Marks and freezes a declared object. */
export function declare<const T extends object>(object: T): Readonly<T> & { readonly [declaration]: true } {
  return Object.freeze({ ...object, [declaration]: true as const });
}

/** Whether a value is a declared object. */
export function isDeclaration(value: unknown): value is Declaration {
  return typeof value === "object" && value !== null && declaration in value;
}

/** Freezes plain data and all that it holds. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const field of Object.values(value)) deepFreeze(field);
  return Object.freeze(value);
}

/** The metadata among some options, leaving absent ones out. */
export function metadataOf({ description, owner, tags, definedIn }: MetadataOptions): Metadata {
  return {
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    ...(tags === undefined ? {} : { tags: { ...tags } }),
    ...(definedIn === undefined ? {} : { definedIn }),
  };
}

/** What every declared object may carry besides its meaning. */
export interface MetadataOptions {
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** The file that declares it; the command line fills it in. */
  readonly definedIn?: string | undefined;
}
