import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmbedded } from "@tesela/platform";
import { attribute, declarationsOf, entity, featureTable } from "@tesela/sdk";
import { createDatabase } from "@tesela/test/support";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status: { readonly code?: number };
  readonly service: string;
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes: readonly {
        readonly key: string;
        readonly value: { readonly stringValue?: string };
      }[];
    };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<Span, "service">[] }[];
  }[];
}

const spans: Span[] = [];
const user = entity({ name: "user", joinKeys: { user: "string" } });
const profile = featureTable({
  name: "profile",
  entities: [user],
  timestampField: "at",
  features: [attribute("plan", "string")],
  featureStartTime: "2024-01-01",
  online: true,
  offline: true,
});

let collector: Server;
let directory: string;

async function collect(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await request.toArray()).map(String).join("");
  for (const { resource, scopeSpans } of (JSON.parse(body) as Export).resourceSpans) {
    const service = resource.attributes.find(({ key }) => key === "service.name")!.value.stringValue!;
    spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service }))));
  }
  response.writeHead(200, { "content-type": "application/json" }).end("{}");
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tesela-traces-"));
  collector = createServer((request, response) => void collect(request, response));
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  collector.close();
  await rm(directory, { recursive: true, force: true });
});

test("requests, reads of the store and the attempts of workers are spans; the caller's trace goes on", async () => {
  const { port } = collector.address() as AddressInfo;
  const platform = await startEmbedded({
    dir: join(directory, "platform"),
    databaseUrl: await createDatabase(inject("pgUrl")),
    clock: "2024-01-05T00:00:00Z",
    tracesEndpoint: `http://127.0.0.1:${port}/`,
    logLevel: "error",
  });
  const workspace = platform.client.getWorkspace("default");
  await workspace.apply(declarationsOf({ user, profile }));
  const job = await workspace
    .getFeatureView(profile)
    .ingest([{ user: "secret-u", at: new Date("2024-01-02"), plan: "gold" }]);
  const path = "/v1/workspaces/default/feature-views/profile/online-features";
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const headers = { authorization: `Bearer ${platform.apiKey}`, "content-type": "application/json" };
  const read = (body: object, traceparent: string) =>
    fetch(platform.url + path, {
      method: "POST",
      headers: { ...headers, traceparent },
      body: JSON.stringify(body),
    });
  const found = await read({ joinKeys: { user: "secret-u" } }, `00-${trace}-b7ad6b7169203331-01`);
  expect(await found.json()).toMatchObject({ features: { plan: "gold" } });
  expect((await fetch(`${platform.url}/healthz`)).status).toBe(200);
  await platform.stop();

  const request = spans.find(
    ({ traceId, parentSpanId }) => traceId === trace && parentSpanId === "b7ad6b7169203331",
  );
  expect(request).toMatchObject({ service: "tesela-server" });
  expect(request!.name).toMatch(/^POST \/v1\/workspaces\/:workspace\/feature-views\/:name\//);
  expect(request!.attributes).toContainEqual({ key: "http.response.status_code", value: { intValue: 200 } });
  expect(spans.find(({ parentSpanId }) => parentSpanId === request!.spanId)).toMatchObject({
    name: "online store read",
    traceId: trace,
  });
  const attempt = spans.find(({ name }) => name === "attempt ingest");
  expect(attempt).toMatchObject({ service: "tesela-worker" });
  expect(attempt!.attributes).toContainEqual({ key: "tesela.job.id", value: { stringValue: job.id } });
  expect(spans.map(({ name }) => name).filter((name) => name.includes("healthz"))).toEqual([]);
  expect(JSON.stringify(spans)).not.toContain("secret-u");
});

test("the SDK of OpenTelemetry is loaded where a collector is named, and nowhere else", async () => {
  // The queue loads the API of OpenTelemetry, which does nothing by itself.
  const program = `
    import { createRequire } from "node:module";
    await import("@tesela/platform");
    const { cache } = createRequire(import.meta.url);
    console.log(Object.keys(cache).filter((path) => /opentelemetry.(sdk|exporter|otlp)/.test(path)).length);`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
  });
  expect(stdout.trim()).toBe("0");
});
