// The main job from end to end on real data: examples/flights/quickstart.ts under a Node that runs TypeScript.
import { runOnNode } from "../packages/platform/bin/run-on-node.mjs";

await runOnNode(async () => {
  const { main } = await import("../examples/flights/quickstart.ts");
  process.exitCode = await main();
});
