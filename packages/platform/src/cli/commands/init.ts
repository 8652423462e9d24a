import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { initialFiles, packageSnippet } from "../init/initial-files.ts";
import type { Context } from "../context.ts";
import type { InitInvocation } from "../invocation.ts";

const NEXT = [
  "npx tesela dev --clock 2024-02-01",
  "npx tesela apply",
  "npx tesela gaps customer_orders",
  "npx tesela get-online customer_orders customer_id=7",
];

/** Writes a small feature repository; files that are there stay as they are. */
export async function init({ directory }: InitInvocation, { terminal }: Context): Promise<void> {
  const written: string[] = [];
  const kept: string[] = [];
  for (const [path, content] of Object.entries(initialFiles())) {
    const target = resolve(directory, path);
    (writeNew(target, content) ? written : kept).push(join(directory, path));
  }
  if (kept.some((path) => path.endsWith("package.json")))
    terminal.note(`Add to package.json:\n${packageSnippet()}`);
  const lines = [
    ...written.map((path) => `wrote ${path}`),
    ...kept.map((path) => `kept ${path}, which was there`),
  ];
  terminal.result(
    { written, kept, next: NEXT },
    [
      ...lines,
      "",
      "Next, the first in a terminal of its own. The platform computes the history by itself; gaps says when it is there.",
      ...NEXT,
    ].join("\n"),
  );
}

function writeNew(path: string, content: string | Uint8Array): boolean {
  if (existsSync(path)) return false;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { flag: "wx" });
  return true;
}
