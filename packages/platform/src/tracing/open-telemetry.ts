import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer as OtelTracer,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { toTeselaError } from "@tesela/core";
import { platformVersion } from "../assembly/version.ts";
import { routeOf } from "./route-name.ts";
import type { Tracing } from "./tracing.ts";

/** How long a stop waits for the collector. */
const EXPORT_MS = 3_000;

/** Of the callers' spans. */
const propagator = new W3CTraceContextPropagator();

/**
 * Traces to a collector. Nothing is registered globally, so that a program with traces of its own keeps them; what a
 * span runs in is the async context.
 */
export function openTelemetry(endpoint: string, serviceName: string): Tracing {
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_MS });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": serviceName, "service.version": platformVersion() }),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: EXPORT_MS })],
  });
  const tracer = provider.getTracer("tesela", platformVersion());
  const active = new AsyncLocalStorage<Context>();
  return {
    async span(name, attributes, work) {
      const parent = active.getStore() ?? ROOT_CONTEXT;
      const span = tracer.startSpan(name, { attributes: { ...attributes } }, parent);
      try {
        return await active.run(trace.setSpan(parent, span), work);
      } catch (error) {
        fail(span, toTeselaError(error).code);
        throw error;
      } finally {
        span.end();
      }
    },
    // A span is that of a request as Node's HTTP server has it: it has to see them all.
    listen: ({ listener }) => ({
      featureServer: null,
      listener: (request, response) => {
        const started = startRequest(tracer, request);
        if (started === null) return listener(request, response);
        response.once("close", () => endRequest(started.span, response));
        return active.run(started.context, () => listener(request, response));
      },
    }),
    stop: () => provider.shutdown(),
  };
}

interface StartedRequest {
  readonly span: Span;
  readonly context: Context;
}

function startRequest(tracer: OtelTracer, { method, url, headers }: IncomingMessage): StartedRequest | null {
  const route = routeOf(method, url);
  if (route === null) return null;
  const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  const attributes = { "http.request.method": method ?? "", "http.route": route };
  const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
  return { span, context: trace.setSpan(parent, span) };
}

/** A connection that closed before its answer was whole has no status. */
function endRequest(span: Span, { statusCode, writableFinished }: ServerResponse): void {
  if (writableFinished) span.setAttribute("http.response.status_code", statusCode);
  if (!writableFinished) fail(span, "CANCELLED");
  else if (statusCode >= 500) fail(span, String(statusCode));
  span.end();
}

/** The code alone: messages of errors may hold keys. */
function fail(span: Span, code: string): void {
  span.setAttribute("error.type", code);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
