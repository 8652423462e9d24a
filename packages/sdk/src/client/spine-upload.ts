import { TABLE_TYPES } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import { encodeSpine, encodeSpineFile } from "../frame/encode-spine.ts";
import type { Spine, SpineHints } from "../frame/spine.ts";
import type { CallOptions, Http } from "./http.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Sends a spine, or another table, up and gives its id: a file as it is and never whole in memory. */
export async function uploadSpine(
  http: Http,
  workspace: string,
  spine: Spine,
  hints: SpineHints,
  { signal }: CallOptions,
): Promise<string> {
  await using content = typeof spine === "string" ? await openFile(spine) : await encoded(spine, hints);
  const { body, bytes, contentType } = content;
  const request = { body, contentLength: bytes, contentType, extraMs: Number.POSITIVE_INFINITY, signal };
  return (await http.call("uploadSpine", { workspace }, request)).spine.id;
}

/** What is sent; disposing lets go of what a request that failed early has not read. */
interface Content extends AsyncDisposable {
  readonly body: unknown;
  readonly bytes: number;
  readonly contentType: string;
}

/** Fewer rows than this are encoded in memory. */
const SMALL_ROWS = 50_000;

async function encoded(spine: Exclude<Spine, string>, hints: SpineHints): Promise<Content> {
  const isSmall = Array.isArray(spine) && spine.length <= SMALL_ROWS;
  if (!isSmall && typeof process === "object" && process.versions?.node !== undefined)
    return inFile(spine, hints);
  const body = await encodeSpine(spine, hints);
  const contentType = TABLE_TYPES.parquet;
  return { body, bytes: body.byteLength, contentType, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** Rows go to a temporary file in row groups, so that no more than a row group of the file is in memory. */
async function inFile(spine: Exclude<Spine, string>, hints: SpineHints): Promise<Content> {
  const paths = await import("node:path");
  const folder = await temporaryFolder();
  try {
    const path = paths.join(folder.path, "spine.parquet");
    await encodeSpineFile({ path, folder: folder.path }, spine, hints);
    const content = await openFile(path);
    const dispose = async (): Promise<void> => {
      await content[Symbol.asyncDispose]();
      await folder.remove();
    };
    return { ...content, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

async function openFile(path: string): Promise<Content> {
  const { open } = await import("node:fs/promises");
  const file = await open(path).catch((cause: unknown) => {
    throw new TeselaError("VALIDATION", `The file "${path}" cannot be opened.`, { cause });
  });
  const { size } = await file.stat();
  const { bytesRead, buffer } = await file.read(new Uint8Array(4), 0, 4, 0);
  const isParquet = bytesRead === 4 && new TextDecoder().decode(buffer) === "PAR1";
  const contentType = isParquet ? TABLE_TYPES.parquet : typeOfText(path);
  if (contentType !== null) {
    const body = file.createReadStream({ start: 0 });
    const dispose = (): Promise<void> => Promise.resolve(void body.destroy());
    return { body, bytes: size, contentType, [Symbol.asyncDispose]: dispose };
  }
  await file.close();
  throw new TeselaError(
    "VALIDATION",
    `The file "${path}" is no Parquet file, and not named .csv or .ndjson.`,
    {
      fix: "Give a Parquet, CSV or NDJSON file, or rows.",
    },
  );
}

/** Text has no mark of its own: the name of its file says what it is. */
function typeOfText(path: string): string | null {
  if (/\.csv$/i.test(path)) return TABLE_TYPES.csv;
  return /\.(ndjson|jsonl)$/i.test(path) ? TABLE_TYPES.ndjson : null;
}
