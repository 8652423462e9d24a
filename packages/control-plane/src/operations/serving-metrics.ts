import { collectDefaultMetrics, Counter, Histogram, Registry } from "prom-client";

const LATENCY = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5];
const AGE = [1, 60, 600, 3_600, 21_600, 86_400, 172_800, 604_800, 2_592_000];

/** What a feature server measures, where Prometheus can read it. */
export interface ServingMetricsRegister {
  /** What the feature server writes to. */
  readonly metrics: {
    request(route: string, name: string, status: number, seconds: number): void;
    phases(route: string, storeSeconds: number, decodeSeconds: number): void;
    viewRead(view: string, counts: Readonly<Record<string, number>>, ageSeconds: number | null): void;
    cacheRead(view: string, end: "hit" | "miss"): void;
    served(service: string, end: "kept" | "dropped", count: number): void;
    overloaded(route: string): void;
  };
  readonly contentType: string;
  /** The text that Prometheus reads. */
  print(): Promise<string>;
}

/** Metrics of a feature server; `withProcess` adds those of Node, for a process that has no others. */
export function createServingMetrics(options: { readonly withProcess: boolean }): ServingMetricsRegister {
  const register = new Registry();
  if (options.withProcess) collectDefaultMetrics({ register, prefix: "tesela_" });
  const registers = [register];
  const overloads = new Counter({
    name: "tesela_serving_overload_total",
    help: "Requests refused because too many were under way",
    labelNames: ["route"],
    registers,
  });
  const served = new Counter({
    name: "tesela_serving_logged_vectors_total",
    help: "Sampled vectors of services that declare a log, by what became of them: kept, dropped",
    labelNames: ["service", "end"],
    registers,
  });
  const cacheReads = new Counter({
    name: "tesela_serving_cache_reads_total",
    help: "Keys read of views that declare a serving cache, by whether what it keeps was used: hit, miss",
    labelNames: ["view", "end"],
    registers,
  });
  return {
    metrics: {
      request: requests(register),
      phases: phases(register),
      viewRead: viewReads(register),
      cacheRead: (view, end) => cacheReads.inc({ view, end }),
      served: (service, end, count) => served.inc({ service, end }, count),
      overloaded: (route) => overloads.inc({ route }),
    },
    contentType: register.contentType,
    print: () => register.metrics(),
  };
}

function requests(register: Registry): ServingMetricsRegister["metrics"]["request"] {
  const duration = new Histogram({
    name: "tesela_serving_request_duration_seconds",
    help: "Time to answer an online read, by route and by the view or service that was read",
    labelNames: ["route", "name", "status"],
    buckets: LATENCY,
    registers: [register],
  });
  return (route, name, status, seconds) => duration.observe({ route, name, status }, seconds);
}

function phases(register: Registry): ServingMetricsRegister["metrics"]["phases"] {
  const made = (name: string, help: string) =>
    new Histogram({ name, help, labelNames: ["route"], buckets: LATENCY, registers: [register] });
  const store = made("tesela_serving_store_seconds", "Time that the online store took of a read");
  const decode = made(
    "tesela_serving_decode_seconds",
    "Time of a read besides the store's: decoding, rolling up",
  );
  return (route, storeSeconds, decodeSeconds) => {
    store.observe({ route }, storeSeconds);
    decode.observe({ route }, decodeSeconds);
  };
}

function viewReads(register: Registry): ServingMetricsRegister["metrics"]["viewRead"] {
  const reads = new Counter({
    name: "tesela_serving_view_reads_total",
    help: "Views read for a key, by how that ended: hit, missing, timeout, unavailable",
    labelNames: ["view", "end"],
    registers: [register],
  });
  const age = new Histogram({
    name: "tesela_serving_value_age_seconds",
    help: "From the instant that served values are of to the platform clock, once for each view of a request",
    labelNames: ["view"],
    buckets: AGE,
    registers: [register],
  });
  return (view, counts, ageSeconds) => {
    for (const [end, count] of Object.entries(counts)) reads.inc({ view, end }, count);
    if (ageSeconds !== null) age.observe({ view }, ageSeconds);
  };
}
