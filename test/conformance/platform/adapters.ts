/** The stores that the platform can stand on. */
export const ADAPTERS = ["postgres", "redis", "local", "s3"] as const;

/** A store that the platform can stand on. */
export type AdapterName = (typeof ADAPTERS)[number];

/** One platform to start: its two stores, and which of the paths are run on it. */
export interface Setup {
  readonly online: "postgres" | "redis";
  readonly offline: "local" | "s3";
  readonly runs: { readonly source: boolean; readonly offline: boolean; readonly online: boolean };
}

/**
 * The platforms that together use every adapter once; a kind of store of which none was asked for takes the first
 * there is. The source is read on the first platform alone.
 */
export function setupsOf(adapters: readonly AdapterName[]): Setup[] {
  const onlines = someOf(adapters, ["postgres", "redis"]);
  const offlines = someOf(adapters, ["local", "s3"]);
  const length = Math.max(onlines.length, offlines.length);
  return Array.from({ length }, (_, index) => ({
    online: onlines[index] ?? onlines[0]!,
    offline: offlines[index] ?? offlines[0]!,
    runs: { source: index === 0, offline: index < offlines.length, online: index < onlines.length },
  }));
}

function someOf<const A extends AdapterName>(
  asked: readonly AdapterName[],
  kind: readonly A[],
): readonly A[] {
  const found = kind.filter((adapter) => asked.includes(adapter));
  return found.length > 0 ? found : kind.slice(0, 1);
}
