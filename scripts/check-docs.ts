// Type-checks the `ts` examples of README.md and docs/: a block that starts with an import starts a module, the blocks
// after it continue that module. Lines keep their numbers, so an error names the line of the page.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Block {
  readonly line: number;
  readonly text: string;
}

const root = join(import.meta.dirname, "..");
const output = join(root, ".tesela", "docs-check");
const fence = /^```(?:ts|typescript)\s*\n([\s\S]*?)^```/gm;

function blocksOf(page: string): Block[] {
  return [...page.matchAll(fence)].map((match) => ({
    line: page.slice(0, match.index).split("\n").length + 1,
    text: match[1] ?? "",
  }));
}

function modulesOf(blocks: readonly Block[]): Block[][] {
  const modules: Block[][] = [];
  for (const block of blocks) {
    const current = modules.at(-1);
    if (current === undefined || block.text.trimStart().startsWith("import ")) modules.push([block]);
    else current.push(block);
  }
  return modules;
}

function moduleText(blocks: readonly Block[]): string {
  let text = "";
  for (const block of blocks) {
    text += "\n".repeat(block.line - text.split("\n").length) + block.text;
  }
  return `${text}export {};\n`;
}

function writeModules(page: string): number {
  const modules = modulesOf(blocksOf(readFileSync(join(root, page), "utf8")));
  for (const [index, blocks] of modules.entries()) {
    const file = join(output, `${page}.${index + 1}.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, moduleText(blocks));
  }
  return modules.length;
}

function writeConfiguration(): void {
  const compilerOptions = { composite: false, noEmit: true, rootDir: "../..", noUnusedLocals: false };
  const configuration = { extends: "../../tsconfig.base.json", compilerOptions, include: ["**/*.ts"] };
  writeFileSync(join(output, "tsconfig.json"), JSON.stringify(configuration));
}

function typeCheck(): number {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", output], { cwd: root, stdio: "inherit" });
  return status ?? 1;
}

function main(): void {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const pages = ["README.md", ...globSync("docs/**/*.md", { cwd: root })];
  const count = pages
    .filter((page) => existsSync(join(root, page)))
    .reduce((sum, page) => sum + writeModules(page), 0);
  console.log(`docs: ${count} example modules in ${pages.length} pages`);
  if (count === 0) return;
  writeConfiguration();
  process.exitCode = typeCheck();
}

main();
