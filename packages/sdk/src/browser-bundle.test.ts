import { isBuiltin } from "node:module";
import { join } from "node:path";
import { rolldown, type OutputChunk } from "rolldown";
import { beforeAll, expect, test } from "vitest";

let chunks: readonly OutputChunk[];

beforeAll(async () => {
  await using bundle = await rolldown({
    input: join(import.meta.dirname, "index.ts"),
    platform: "browser",
    external: [/^node:/, "apache-arrow", "@duckdb/node-api"],
    logLevel: "silent",
  });
  const { output } = await bundle.generate({ format: "esm" });
  chunks = output.filter((one) => one.type === "chunk");
}, 60_000);

test("bundled for a browser, the SDK loads no module of Node and nothing that it could not find", () => {
  const entry = chunks.find(({ isEntry }) => isEntry)!;
  const names = new Set(chunks.map(({ fileName }) => fileName));
  const reached = new Set([entry.fileName]);
  for (const name of reached)
    for (const next of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) reached.add(next);
  expect([...reached].filter((name) => isBuiltin(name) || !names.has(name))).toEqual([]);
});

test("bundled for a browser, the SDK speaks through fetch or XMLHttpRequest: the transport of Node is left out", () => {
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  expect(modules.some((path) => path.includes("/axios/"))).toBe(true);
  expect(
    modules.filter((path) => /follow-redirects|proxy-from-env|axios\/lib\/platform\/node/.test(path)),
  ).toEqual([]);
});
