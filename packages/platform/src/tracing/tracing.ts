import type { Tracer } from "@tesela/materializer";
import type { Answering } from "../assembly/http-server.ts";
import type { Lifetime } from "../lifetime/lifetime.ts";

/** Where spans are sent, and whose they are. */
export interface TracingSettings {
  /** The OTLP/HTTP collector; `null`: nothing is traced. */
  readonly tracesEndpoint: string | null;
  /** What the process is called in traces; `null`: after what it does. */
  readonly serviceName: string | null;
}

/** The traces of one process. */
export interface Tracing extends Tracer {
  /** Answers whose requests are spans, children of those that `traceparent` headers name. */
  listen(answering: Answering): Answering;
  /** Sends what is left. */
  stop(): Promise<void>;
}

/** Traces nothing. */
export const NO_TRACING: Tracing = {
  span: (_name, _attributes, work) => work(),
  listen: (answering) => answering,
  stop: async () => undefined,
};

/** Begins to trace where a collector is named; OpenTelemetry is loaded then, and not before. */
export async function startTracing(
  lifetime: Lifetime,
  { tracesEndpoint, serviceName }: TracingSettings,
  process: string,
): Promise<Tracing> {
  if (tracesEndpoint === null) return NO_TRACING;
  return lifetime.start(
    "traces",
    async () => {
      const { openTelemetry } = await import("./open-telemetry.ts");
      return openTelemetry(tracesEndpoint, serviceName ?? process);
    },
    (tracing) => tracing.stop(),
  );
}
