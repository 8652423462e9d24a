import { tryParseDuration, type DurationMicros, type WindowDefinition } from "@tesela/core";
import type { DurationName } from "./duration-name.ts";
import { normalDuration } from "./normal.ts";

/** Everything since the view's lifetime start. */
export interface LifetimeWindow {
  readonly kind: "lifetime";
}

/** A window that ends `offset` (zero or negative, such as `"-1d"`) before the bound. */
export interface OffsetWindow {
  readonly size: string;
  readonly offset?: string | undefined;
}

/** How a window is declared: `"7d"`, `{ size: "7d", offset: "-1d" }`, `lifetime()`. */
export type WindowInput = string | OffsetWindow | LifetimeWindow;

/** The window of everything since the view's `lifetimeStartTime` (TIME T4). */
export function lifetime(): LifetimeWindow {
  return Object.freeze({ kind: "lifetime" });
}

/** How a window prints in a default feature name; `string` where that is not known to the compiler. */
export type WindowName<W extends WindowInput> = W extends string
  ? DurationName<W>
  : W extends LifetimeWindow
    ? "lifetime"
    : W extends { readonly size: infer Size extends string; readonly offset: infer Offset extends string }
      ? OffsetName<DurationName<Size>, Offset>
      : W extends { readonly offset: unknown }
        ? string
        : W extends { readonly size: infer Size extends string }
          ? DurationName<Size>
          : string;

type OffsetName<Size extends string, Offset extends string> = Offset extends `-${infer Back}`
  ? `${Size}_offset_${DurationName<Back>}`
  : string;

/** The canonical form of a declared window. */
export function windowDefinition(window: WindowInput): WindowDefinition {
  if (typeof window === "string") return sliding(window, "0s");
  if ("kind" in window) return { kind: "lifetime" };
  return sliding(window.size, window.offset ?? "0s");
}

function sliding(size: string, offset: string): WindowDefinition {
  return { kind: "sliding", size: normalDuration(size), offset: normalDuration(offset) };
}

/** The size (`null` for a lifetime) and offset of a window, or `null` where its text is no duration. */
export function windowParts(
  window: WindowDefinition,
): { readonly size: DurationMicros | null; readonly offset: DurationMicros } | null {
  if (window.kind === "lifetime") return { size: null, offset: 0n as DurationMicros };
  const [size, offset] = [tryParseDuration(window.size), tryParseDuration(window.offset)];
  return size === null || offset === null ? null : { size, offset };
}
