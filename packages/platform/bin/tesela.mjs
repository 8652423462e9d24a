#!/usr/bin/env node
import { runOnNode } from "./run-on-node.mjs";

await runOnNode(async () => {
  const { keepCompiled } = await import("./compile-cache.mjs");
  keepCompiled();
  const { runCommand } = await import("../src/cli/main.ts");
  process.exitCode = await runCommand(process.argv.slice(2));
});
