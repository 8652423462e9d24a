import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { TeselaError } from "@tesela/core";
import { toJson } from "./terminal.ts";
import type { FeatureFrame, FrameValue } from "@tesela/sdk";

/** Writes a frame to a file. */
export type WriteFrame = (frame: FeatureFrame, path: string) => Promise<void>;

/** How a frame is written to a file of this name. Throws `VALIDATION` where its ending says nothing known. */
export function writerOf(file: string): WriteFrame {
  if (/\.parquet$/i.test(file)) return (frame, path) => frame.toParquet(path);
  if (/\.csv$/i.test(file)) return (frame, path) => writeLines(path, csvLines(frame));
  if (/\.(ndjson|jsonl)$/i.test(file)) return (frame, path) => writeLines(path, jsonLines(frame));
  throw new TeselaError("VALIDATION", `--output "${file}" has no ending that says what to write.`, {
    fix: "Name it .parquet, .csv or .ndjson.",
  });
}

/** A batch at a time: a large frame is never whole in memory. */
async function writeLines(path: string, batches: AsyncGenerator<string>): Promise<void> {
  await pipeline(Readable.from(batches), createWriteStream(path));
}

/** RFC 4180; an absent value is an empty field, and only `""` is the empty text. */
async function* csvLines(frame: FeatureFrame): AsyncGenerator<string> {
  const names = frame.schema.map(({ name }) => name);
  yield `${names.map(quoted).join(",")}\n`;
  for await (const rows of frame) {
    yield rows.map((row) => `${names.map((name) => csvField(row[name] ?? null)).join(",")}\n`).join("");
  }
}

function csvField(value: FrameValue): string {
  if (value === null) return "";
  return quoted(typeof value === "object" ? objectText(value) : String(value));
}

function quoted(text: string): string {
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function objectText(value: FrameValue & object): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : toJson(value);
}

async function* jsonLines(frame: FeatureFrame): AsyncGenerator<string> {
  const names = frame.schema.map(({ name }) => name);
  for await (const rows of frame) {
    yield rows
      .map((row) => `{${names.map((name) => jsonField(name, row[name] ?? null)).join(",")}}\n`)
      .join("");
  }
}

function jsonField(name: string, value: FrameValue): string {
  return `${JSON.stringify(name)}:${jsonText(value)}`;
}

/** An int64 is written as its digits, exact for every reader that has them; NaN and infinities as text. */
function jsonText(value: FrameValue): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value)) return JSON.stringify(String(value));
  if (value instanceof Uint8Array) return JSON.stringify(objectText(value));
  if (Array.isArray(value)) return `[${(value as readonly FrameValue[]).map(jsonText).join(",")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value as Readonly<Record<string, FrameValue>>)
      .map(([name, field]) => jsonField(name, field))
      .join(",")}}`;
  return JSON.stringify(value);
}
