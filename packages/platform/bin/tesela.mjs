#!/usr/bin/env node
import { runOnNode } from "./run-on-node.mjs";

await runOnNode(async () => {
  const { runCommand } = await import("../src/cli/main.ts");
  process.exitCode = await runCommand(process.argv.slice(2));
});
