import { PARQUET_TYPE } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import { encodeSpine } from "../frame/encode-spine.ts";
import type { Spine, SpineHints } from "../frame/spine.ts";
import type { CallOptions, Http } from "./http.ts";

/** Sends a spine up and gives its id: rows as Parquet, a file as it is and never whole in memory. */
export async function uploadSpine(
  http: Http,
  workspace: string,
  spine: Spine,
  hints: SpineHints,
  { signal }: CallOptions,
): Promise<string> {
  const content = typeof spine === "string" ? await openFile(spine) : await encodeRows(spine, hints);
  const { body, bytes } = content;
  const request = {
    body,
    contentLength: bytes,
    contentType: PARQUET_TYPE,
    extraMs: Number.POSITIVE_INFINITY,
    signal,
  };
  try {
    return (await http.call("uploadSpine", { workspace }, request)).spine.id;
  } finally {
    content.close();
  }
}

interface Content {
  readonly body: unknown;
  readonly bytes: number;
  /** Lets go of what a request that failed early has not read. */
  close(): void;
}

async function encodeRows(rows: Exclude<Spine, string>, hints: SpineHints): Promise<Content> {
  const body = await encodeSpine(rows, hints);
  return { body, bytes: body.byteLength, close: () => undefined };
}

async function openFile(path: string): Promise<Content> {
  const { open } = await import("node:fs/promises");
  const file = await open(path).catch((cause: unknown) => {
    throw new TeselaError("VALIDATION", `The spine's file "${path}" cannot be opened.`, { cause });
  });
  const { size } = await file.stat();
  const { bytesRead, buffer } = await file.read(new Uint8Array(4), 0, 4, 0);
  if (bytesRead === 4 && new TextDecoder().decode(buffer) === "PAR1") {
    const body = file.createReadStream({ start: 0 });
    return { body, bytes: size, close: () => body.destroy() };
  }
  await file.close();
  throw new TeselaError("VALIDATION", `The spine's file "${path}" is no Parquet file.`, {
    fix: "Give a Parquet file, or rows.",
  });
}
