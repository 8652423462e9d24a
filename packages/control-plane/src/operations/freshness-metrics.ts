import { coverageOf, TeselaError, type Coverage } from "@tesela/core";
import type { Registry as TeselaRegistry } from "@tesela/registry";
import { Gauge, type Registry } from "prom-client";
import { scheduledViews } from "../schedule/scheduled-views.ts";

const MICROS = 1_000_000;
const STORES = ["offline", "online"] as const;
/** A scrape must stay cheap: what the ledger says is read no more often than this. */
const READ_MS = 10_000;

/** How fresh a store of a view is. */
interface Freshness {
  readonly labels: { readonly workspace: string; readonly feature_view: string; readonly store: string };
  /** From the end of what is materialized to the platform clock; `null` before the first answer. */
  readonly ageSeconds: number | null;
  /** How far that end is behind the schedule (TIME T13); `null` where nothing is due. */
  readonly lagSeconds: number | null;
}

/** Adds how fresh each materialized store of each view is; the ledger is asked when somebody reads the metrics. */
export function addFreshness(register: Registry, registry: TeselaRegistry): void {
  const read = remembered(() => freshnessOf(registry));
  gauge(register, read, {
    name: "tesela_feature_view_age_seconds",
    help: "From the end of what is materialized of a view to the platform clock",
    of: ({ ageSeconds }) => ageSeconds,
  });
  gauge(register, read, {
    name: "tesela_feature_view_lag_seconds",
    help: "How far the end of what is materialized of a view is behind its schedule",
    of: ({ lagSeconds }) => lagSeconds,
  });
}

interface Shown {
  readonly name: string;
  readonly help: string;
  readonly of: (freshness: Freshness) => number | null;
}

function gauge(register: Registry, read: () => Promise<readonly Freshness[]>, { of, ...about }: Shown): void {
  new Gauge({
    ...about,
    labelNames: ["workspace", "feature_view", "store"],
    registers: [register],
    async collect() {
      this.reset();
      for (const one of await read()) {
        const seconds = of(one);
        if (seconds !== null) this.set({ ...one.labels }, seconds);
      }
    },
  });
}

function remembered<T>(read: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (found !== null && performance.now() - readAt < READ_MS) return found;
    readAt = performance.now();
    found = read();
    found.catch(() => (found = null));
    return found;
  };
}

async function freshnessOf(registry: TeselaRegistry): Promise<readonly Freshness[]> {
  const workspaces = await registry.workspaces.list();
  const looked = await scheduledViews(registry.definitions)(workspaces);
  const now = await registry.clock.now();
  const all: Freshness[] = [];
  for (const { id, views } of looked) {
    const workspace = workspaces.find((one) => one.id === id)!.name;
    for (const { name, generationId, compiled } of views) {
      // What a feature table was given is all there is, and a view that cannot be compiled says so elsewhere.
      if (compiled instanceof TeselaError || compiled.kind === "table") continue;
      const coverage = coverageOf(compiled, now, await registry.coverage.read(generationId));
      const stores = STORES.filter((store) => compiled[store]);
      all.push(
        ...stores.map((store) =>
          storeFreshness({ workspace, feature_view: name, store }, coverage[store], now),
        ),
      );
    }
  }
  return all;
}

function storeFreshness(
  labels: Freshness["labels"],
  { edge, lag }: Coverage["online"],
  now: bigint,
): Freshness {
  return {
    labels,
    ageSeconds: edge === null ? null : Number(now - edge) / MICROS,
    lagSeconds: lag === null ? null : Number(lag) / MICROS,
  };
}
