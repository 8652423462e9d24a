// Generates the Prisma client into packages/registry/src/generated; runs after every install.
// Plain JavaScript without dependencies: during an install Node may still be the system's own.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const schema = join(root, "prisma", "schema.prisma");

/** The pinned Node from node_modules where its platform package is installed, else the running one. */
function pinnedNode() {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const system = process.platform === "win32" ? "win" : process.platform;
  const pinned = join(root, "node_modules", `node-${system}-${process.arch}`, "bin", name);
  return existsSync(pinned) ? pinned : process.execPath;
}

/** The file that the `prisma` package declares as its command, or null where it is not installed. */
function prismaCommand() {
  try {
    const manifest = createRequire(import.meta.url).resolve("prisma/package.json");
    return join(dirname(manifest), "build", "index.js");
  } catch {
    return null;
  }
}

function generate(command) {
  const node = pinnedNode();
  const env = {
    ...process.env,
    // `generate` runs no schema engine but insists on downloading one unless told where it is.
    PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY || process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  };
  const options = { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
  return spawnSync(node, [command, "generate", "--schema", schema, "--no-hints"], options);
}

function main() {
  const command = prismaCommand();
  if (!existsSync(schema) || command === null) {
    const missing = command === null ? "the prisma package (a production install)" : "prisma/schema.prisma";
    console.log(`prisma client not generated: ${missing} is not here`);
    return;
  }
  const result = generate(command);
  if (result.status === 0) return;
  console.error(result.stdout ?? "", result.stderr ?? "", result.error ?? "");
  console.error("prisma generate failed: fix prisma/schema.prisma, then run `npm run generate`");
  process.exitCode = 1;
}

main();
