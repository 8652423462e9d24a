import type { CompiledView } from "@tesela/core";
import type { StoredKind } from "../store/port.ts";
import type { ChunkAddress } from "../store/port.ts";
import type { CellType } from "./cell-codec.ts";

/** Where an attribute row lies. */
export const ATTRIBUTES: ChunkAddress = { level: 0, chunk: 0 };

/** That alone, as a push reads it of every key: what is asked for is prepared once for each list. */
export const ATTRIBUTES_ALONE: readonly ChunkAddress[] = [ATTRIBUTES];

/** What a view keeps online: its kind and the types of a row's cells. */
export interface OnlineLayout {
  readonly kind: StoredKind;
  readonly types: readonly CellType[];
}

/** A compiled view's layout is made once: decoders are kept by its types. */
const layouts = new WeakMap<CompiledView, OnlineLayout>();

/** The layout of a view. */
export function layoutOf(view: CompiledView): OnlineLayout {
  const known = layouts.get(view);
  if (known !== undefined) return known;
  const made = makeLayout(view);
  layouts.set(view, made);
  return made;
}

function makeLayout({ shape }: CompiledView): OnlineLayout {
  if (shape.kind === "attributes")
    return { kind: "attributes", types: shape.features.map(({ type }) => type) };
  return { kind: "tiles", types: shape.partials.map(({ type }) => type) };
}
