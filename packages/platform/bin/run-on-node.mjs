// Plain JavaScript that an old Node understands: it hands over to one that runs TypeScript.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = 24;

/** The Node that npm installed for this project (`node-<system>-<architecture>`), or null. */
function installedNode() {
  const system = process.platform === "win32" ? "win" : process.platform;
  const name = process.platform === "win32" ? "node.exe" : "node";
  const path = join("node_modules", `node-${system}-${process.arch}`, "bin", name);
  for (let directory = dirname(fileURLToPath(import.meta.url)); ; directory = dirname(directory)) {
    if (existsSync(join(directory, path))) return join(directory, path);
    if (directory === dirname(directory)) return null;
  }
}

/** Runs this program again under another Node; its signals and its end are passed on. */
function runUnder(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: "inherit" });
  // Ctrl-C reaches both; the child decides when it is over.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", (error) => {
    console.error(`${node} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}

/** Runs `main` where this Node is new enough, else the whole program again under one that is. */
export async function runOnNode(main) {
  if (Number(process.versions.node.split(".")[0]) >= NEEDED) return main();
  const node = installedNode();
  if (node !== null) return runUnder(node);
  console.error(`This needs Node ${NEEDED} or newer; it is started with Node ${process.versions.node}.`);
  console.error(
    `Install Node ${NEEDED}, or run \`npm install\` with optional dependencies, which brings it along.`,
  );
  process.exitCode = 1;
}
