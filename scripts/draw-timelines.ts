// Draws the timelines of docs/guide/images, the same bytes every time. With --check it writes nothing and fails when a
// file is not what the drawing says.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { edge, knownThen } from "./timelines/late.ts";
import { svgOf } from "./timelines/svg.ts";
import { rangeRead, start, ttl, windows } from "./timelines/values.ts";
import { boundOfBatch, delays, fences, grains, leakage } from "./timelines/visible.ts";

const folder = join(import.meta.dirname, "..", "docs", "guide", "images");
const drawings = [
  leakage,
  boundOfBatch,
  grains,
  delays,
  windows,
  start,
  ttl,
  edge,
  knownThen,
  rangeRead,
  fences,
];

function isDrawn(path: string, text: string): boolean {
  return existsSync(path) && readFileSync(path, "utf8") === text;
}

function main(): void {
  const isCheck = process.argv.includes("--check");
  mkdirSync(folder, { recursive: true });
  for (const drawing of drawings) {
    const picture = drawing();
    const path = join(folder, `${picture.name}.svg`);
    const text = svgOf(picture);
    if (isDrawn(path, text)) continue;
    if (!isCheck) writeFileSync(path, text);
    else {
      console.error(
        `docs/guide/images/${picture.name}.svg is not what the drawing says: node scripts/draw-timelines.ts`,
      );
      process.exitCode = 1;
    }
  }
}

main();
