import { describe, expect, test } from "vitest";
import type { CompiledRealtimeView, FeatureType, Value } from "@tesela/core";
import { REALTIME_LIMITS } from "./limits.ts";
import { RealtimeEngine } from "./realtime-engine.ts";
import { realtimeProblems } from "./realtime-problems.ts";

const engine = new RealtimeEngine();

/** A view over one request value `x`, with one feature `y`. */
function viewOf(text: string, input: FeatureType = "float64", output: FeatureType = "float64") {
  return {
    name: "v",
    function: text,
    sources: [
      {
        parameter: "request",
        origin: { kind: "request" },
        fields: [{ name: "x", type: input, isCount: false }],
      },
    ],
    features: [{ name: "y", type: output }],
  } as const satisfies CompiledRealtimeView;
}

function map(view: CompiledRealtimeView, ...values: readonly Value[]) {
  return engine.map(
    view,
    values.map((value) => [[value]]),
  );
}

const valueOf = async (text: string, input: Value = 1, types: readonly FeatureType[] = []): Promise<Value> =>
  (await map(viewOf(text, types[0], types[1]), input))[0]!.values[0]!;

const errorOf = async (text: string, input: Value = 1): Promise<string | null> =>
  (await map(viewOf(text), input))[0]!.error;

describe("a function", () => {
  test.each([
    ["an arrow", "({ request }) => ({ y: request.x + 1 })"],
    ["a function expression", "function named({ request }) { return { y: request.x + 1 }; }"],
    ["a method", "transform({ request }) { return { y: request.x + 1 }; }"],
  ])("is %s", async (_, text) => {
    expect(await valueOf(text)).toBe(2);
  });

  test.each([
    ["statements around it", "(() => { let n = 0; return () => ({ y: n++ }); })()"],
    ["two of them", "() => ({ y: 1 }), () => ({ y: 2 })"],
    ["an object", "{ y: 1 }"],
    ["a built-in", "Math.max"],
    ["an async one", "async () => ({ y: 1 })"],
    ["a generator", "function* () { yield { y: 1 }; }"],
    ["no JavaScript", "({ request }) => {"],
  ])("is not %s", async (_, text) => {
    expect(await realtimeProblems(engine, viewOf(text))).toMatchObject([{ path: "transform" }]);
    await expect(map(viewOf(text), 1)).rejects.toThrow(/The function/);
  });

  test("may name nothing that stands outside of it: a problem that says to move it inside", async () => {
    expect(await realtimeProblems(engine, viewOf("({ request }) => ({ y: request.x * RATE })"))).toEqual([
      {
        path: "transform",
        message: 'the function uses "RATE", which stands outside of it: only the function itself is sent',
        fix: 'Move "RATE" inside the function.',
      },
    ]);
  });

  test("that fails on the values it is tried with is no problem: rows may never have them", async () => {
    expect(await realtimeProblems(engine, viewOf("({ request }) => ({ y: request.x.length.z })"))).toEqual(
      [],
    );
  });
});

describe("values", () => {
  test.each([
    ["int64", 2n ** 63n - 1n],
    ["int64", -(2n ** 63n)],
    ["float64", Number.NaN],
    ["float64", Number.NEGATIVE_INFINITY],
    ["float64", 0.1],
    ["string", "a\u0000é😀"],
    ["bool", false],
    ["timestamp", 1_704_067_200_123_456n],
    ["bytes", new Uint8Array([0, 128, 255])],
    ["string[]", ["a", ""]],
    ["int64[]", [2n ** 60n, 1n]],
    ["float64[]", [Number.NaN, 1]],
    ["string", null],
    ["string[]", null],
  ] as const)("%s %s goes in and comes out unchanged", async (type, value) => {
    expect(await valueOf("({ request }) => ({ y: request.x })", value as Value, [type, type])).toEqual(value);
  });

  test("are what the declaration says: bigint, number, ISO text with microseconds, Uint8Array, a number of a count", async () => {
    const kind = "({ request }) => ({ y: typeof request.x + String(request.x) })";
    expect(await valueOf(kind, 5n, ["int64", "string"])).toBe("bigint5");
    expect(await valueOf(kind, 1_704_067_200_000_001n, ["timestamp", "string"])).toBe(
      "string2024-01-01T00:00:00.000001Z",
    );
    const counted = viewOf(kind, "int64", "string");
    const [source] = counted.sources;
    const sources = [{ ...source, fields: [{ name: "x", type: "int64", isCount: true } as const] }];
    expect((await map({ ...counted, sources }, 5n))[0]!.values).toEqual(["number5"]);
    const bytes = "({ request }) => ({ y: request.x instanceof Uint8Array })";
    expect(await valueOf(bytes, new Uint8Array(), ["bytes", "bool"])).toBe(true);
  });

  test("an int64 may come as a safe number, an instant as a Date, half a surrogate pair is replaced", async () => {
    expect(await valueOf("() => ({ y: 7 })", 1, ["float64", "int64"])).toBe(7n);
    expect(await valueOf("() => ({ y: new Date(1) })", 1, ["float64", "timestamp"])).toBe(1000n);
    expect(await valueOf('() => ({ y: "\\ud800" })', 1, ["float64", "string"])).toBe("\ufffd");
  });

  test.each([
    ["float64", "() => ({ y: 1n })", 'TypeError: feature "y" is of type bigint, expected float64'],
    ["int64", "() => ({ y: 1.5 })", 'TypeError: feature "y" is 1.5, expected int64'],
    ["int64", "() => ({ y: 2n ** 63n })", 'RangeError: feature "y" does not fit an int64'],
    ["string", "() => ({ })", 'TypeError: feature "y" is absent, expected string'],
    ["string[]", "() => ({ y: [null] })", 'TypeError: feature "y" is null, expected string'],
    ["timestamp", '() => ({ y: "soon" })', '"soon" is not an instant.'],
    [
      "string",
      "() => 5",
      "TypeError: what the function gives is of type number, expected an object of its features",
    ],
    ["string", '() => { throw new Error("no") }', "Error: no"],
    ["string", "() => { throw null }", "null"],
    ["string", "() => { throw { get name() { throw 1 } } }", "an error that cannot be printed"],
  ] as const)("%s from %s is the error of that row", async (type, text, error) => {
    expect(await map(viewOf(text, "float64", type), 1)).toEqual([{ values: [null], error }]);
  });

  test("the error of a row leaves the others alone, and is short", async () => {
    const text =
      '({ request }) => { if (request.x === 2) throw new Error("x".repeat(10000)); return { y: request.x }; }';
    const answers = await map(viewOf(text), 1, 2, 3);
    expect(answers.map(({ values }) => values[0])).toEqual([1, null, 3]);
    expect(answers[1]!.error!.length).toBeLessThanOrEqual(200);
    expect(answers[1]!.error).not.toContain("at ");
  });
});

describe("limits", () => {
  test("an endless loop ends in time, and only its row has no value", async () => {
    const text = "({ request }) => { while (request.x === 2); return { y: request.x }; }";
    const answers = await map(viewOf(text), 1, 2, 3);
    expect(answers.map(({ values }) => values[0])).toEqual([1, null, 3]);
    expect(answers[1]!.error).toBe("it ran too long");
  });

  test("when rows keep running too long the rest is not tried", async () => {
    const answers = await map(
      viewOf("() => { for (;;); }"),
      ...Array.from({ length: 1000 }, (_, index) => index),
    );
    expect(answers.length).toBe(1000);
    expect(new Set(answers.map(({ error }) => error))).toEqual(
      new Set(["it ran too long", "other rows ran too long"]),
    );
  });

  test.each([
    ["memory", "() => { let s = 'x'; for (;;) s += s; }", /too much memory|too long/],
    [
      "lists",
      "() => { const all = []; for (;;) all.push(new Uint8Array(65536)); }",
      /too much memory|too long/,
    ],
    ["depth", "() => { const f = () => f() + 1; return { y: f() }; }", /calls itself too deeply/],
    ["a search that explodes", "() => ({ y: /^(a+)+$/.test('a'.repeat(40) + 'b') ? 1 : 0 })", /too long/],
    ["what it gives", "() => ({ y: 'x'.repeat(2000000) })", /expected float64|million/],
    ["an int too large", "() => ({ y: Number(9n ** 9n ** 9n) })", /BigInt is too large/],
    ["work left behind", "() => { (async () => { await 1; })(); return { y: 1 }; }", /not over/],
  ])("%s is bounded", async (_, text, why) => {
    expect(await errorOf(text)).toMatch(why);
    expect(await valueOf("({ request }) => ({ y: request.x })", 4)).toBe(4);
  });

  test("rows that are many and small do not count as one that is long", async () => {
    const strict = new RealtimeEngine({ ...REALTIME_LIMITS, ticks: 5 });
    const view = viewOf(
      "({ request }) => { let n = 0; for (let i = 0; i < 2000; i += 1) n += i; return { y: n + request.x }; }",
    );
    const rows = Array.from({ length: 256 }, (_, index) => [[index]]);
    const answers = await strict.map(view, rows);
    expect(answers.every(({ error }) => error === null)).toBe(true);
  });
});

describe("isolation", () => {
  test.each([
    "Object.prototype.polluted = 1",
    "Array.prototype.map = () => []",
    "globalThis.leak = 1",
    "Math.max = () => 1",
    "JSON.parse = () => 1",
    "(function* () {}).constructor.prototype.x = 1",
    "Object.getPrototypeOf([].values()).next = () => 1",
    "Date.prototype.leak = 1",
    "Object.defineProperty(Object.prototype, 'polluted', { value: 1 })",
  ])("%s is refused, so nothing is left for the next call", async (statement) => {
    const text = `({ request }) => { ${statement}; return { y: request.x }; }`;
    const [answer] = await map(viewOf(text), 1);
    expect(answer!.error).toMatch(/^TypeError/);
    const look =
      "() => ({ y: 'polluted' in {} || 'leak' in globalThis || [1].map((x) => x).length !== 1 || Math.max(2, 1) !== 2 ? 1 : 0 })";
    expect(await valueOf(look)).toBe(0);
    expect(await map(viewOf(text), 1)).toEqual([answer]);
  });

  test("a function can leave nothing on itself", async () => {
    const text = "function f() { f.calls = (f.calls ?? 0) + 1; return { y: f.calls }; }";
    expect(await errorOf(text)).toMatch(/^TypeError/);
    expect(await errorOf(text)).toMatch(/^TypeError/);
  });

  test.each([
    "fetch",
    "process",
    "require",
    "console",
    "setTimeout",
    "performance",
    "WebAssembly",
    "WeakRef",
    "Atomics",
    "SharedArrayBuffer",
    "FinalizationRegistry",
    "Deno",
    "Bun",
    "importScripts",
    "XMLHttpRequest",
  ])("there is no %s", async (name) => {
    expect(await valueOf(`() => ({ y: typeof ${name} })`, 1, ["float64", "string"])).toBe("undefined");
  });

  test("modules cannot be imported", async () => {
    expect(await errorOf("() => { import('fs'); return { y: 1 }; }")).not.toBeNull();
  });
});

describe("the same everywhere", () => {
  test.each(["new Date()", "Date()", "Date.now()", "Math.random()"])("%s is an error", async (clock) => {
    expect(await errorOf(`() => ({ y: Number(${clock}) })`)).toMatch(/^TypeError/);
  });

  test("a date is UTC in every zone that the machine is in", async () => {
    const hours = (given: string): Promise<Value> => valueOf(`() => ({ y: new Date(${given}).getHours() })`);
    expect(await hours('"2024-01-01T05:00:00.123456Z"')).toBe(5);
    expect(await hours('"2024-01-01 05:00"')).toBe(5);
    expect(await hours("2024, 0, 1, 5")).toBe(5);
    expect(await hours('"2024-01-01T05:00:00+02:00"')).toBe(3);
    const print = '() => ({ y: String(new Date("2024-01-01")) })';
    expect(await valueOf(print, 1, ["float64", "string"])).toBe("2024-01-01T00:00:00.000Z");
    expect(await valueOf('() => ({ y: Date.parse("1 January 2024") })')).toBeNaN();
  });
});
