import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "../../config/config.ts";
import { init } from "./init.ts";
import type { Context } from "../context.ts";

interface Result {
  readonly written: readonly string[];
  readonly kept: readonly string[];
}

async function runInit(directory: string): Promise<{ result: Result; notes: readonly string[] }> {
  const results: Result[] = [];
  const notes: string[] = [];
  const context: Context = {
    config: readConfig({}),
    signal: new AbortController().signal,
    terminal: {
      isJson: true,
      isInteractive: false,
      result: (data) => void results.push(data as Result),
      note: (text) => void notes.push(text),
      confirm: () => Promise.resolve(false),
    },
  };
  await init({ command: "init", directory }, context);
  return { result: results[0]!, notes };
}

function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), "tesela-init-"));
}

test("init writes a repository once and never over a file that is there", async () => {
  const directory = newDirectory();
  writeFileSync(join(directory, "package.json"), "{}");
  const first = await runInit(directory);
  expect(first.result.written).toHaveLength(3);
  expect(first.result.kept).toEqual([join(directory, "package.json")]);
  expect(readFileSync(join(directory, "package.json"), "utf8")).toBe("{}");
  expect(first.notes.join()).toContain('"@tesela/sdk"');
  writeFileSync(join(directory, "features.ts"), "mine");
  const second = await runInit(directory);
  expect(second.result.written).toEqual([]);
  expect(readFileSync(join(directory, "features.ts"), "utf8")).toBe("mine");
});
