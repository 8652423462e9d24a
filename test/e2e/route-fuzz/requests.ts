import fc from "fast-check";
import type { Operation } from "./document.ts";
import { valueOf, type Making } from "./values.ts";

/** A request as it is sent. */
export interface FuzzRequest {
  readonly operation: Operation;
  readonly url: string;
  readonly init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
  };
}

/** A request in so many carries no key, or a wrong one: more would use up what an address may fail. */
const WITHOUT_KEY_RATE = 300;

/** Requests of an operation, from its parameters and its body. */
export function requestsOf(operation: Operation, making: Making, apiKey: string): fc.Arbitrary<FuzzRequest> {
  const parameters = operation.parameters ?? [];
  const values = (where: "path" | "query") =>
    fc.record(
      Object.fromEntries(
        parameters.flatMap(({ name, in: place, schema }) =>
          place === where ? [[name, valueOf(schema, making, name)] as const] : [],
        ),
      ),
      where === "path" ? {} : { requiredKeys: [] },
    );
  return fc
    .record({
      path: values("path"),
      query: values("query"),
      body: bodiesOf(operation, making),
      key: keysOf(apiKey),
    })
    .map(({ path, query, body, key }): FuzzRequest => {
      const { type, text } = body;
      const headers = {
        ...(key === null ? {} : { authorization: key }),
        ...(type === null ? {} : { "content-type": type }),
      };
      const method = operation.method.toUpperCase();
      const init = { method, headers, ...(text === null ? {} : { body: text }) };
      return { operation, url: urlOf(operation.path, path, query), init };
    });
}

function keysOf(apiKey: string): fc.Arbitrary<string | null> {
  return fc.oneof(
    { weight: WITHOUT_KEY_RATE, arbitrary: fc.constantFrom(`Bearer ${apiKey}`, `Tecton-key ${apiKey}`) },
    { weight: 1, arbitrary: fc.constantFrom(null, "Bearer tsk_0_0", "Basic x") },
  );
}

interface Body {
  readonly type: string | null;
  readonly text: string | null;
}

function bodiesOf({ requestBody }: Operation, making: Making): fc.Arbitrary<Body> {
  if (requestBody === undefined) return fc.constant({ type: null, text: null });
  const contents = Object.entries(requestBody.content).map(([type, { schema }]) =>
    type === "application/json"
      ? valueOf(schema, making).map((value) => ({ type, text: JSON.stringify(value) ?? "" }))
      : fc.string({ maxLength: 60 }).map((text) => ({ type, text })),
  );
  const broken = fc.constantFrom<Body>(
    { type: "application/json", text: "{" },
    { type: "application/json", text: "" },
    { type: "text/plain", text: "x" },
    { type: null, text: "{}" },
  );
  return fc.oneof(...contents.map((arbitrary) => ({ weight: 30, arbitrary })), {
    weight: 1,
    arbitrary: broken,
  });
}

function urlOf(path: string, values: Record<string, unknown>, query: Record<string, unknown>): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(values[name]));
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encoded(value)}`);
  return pairs.length === 0 ? filled : `${filled}?${pairs.join("&")}`;
}

/** Half a surrogate pair has no place in a URL. */
function encoded(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return encodeURIComponent(text.toWellFormed()) || "-";
}
