import { TeselaError } from "@tesela/core";
import { FeatureFrame, type FrameFacts } from "../frame/feature-frame.ts";
import { fileInMemory, fileOnDisk, type FrameFile } from "../frame/frame-file.ts";
import type { CallOptions, Http } from "./http.ts";
import { cancelled } from "./retry.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Fetches the result of a historical read: into a temporary file on Node, into memory elsewhere. */
export async function downloadFrame(
  http: Http,
  workspace: string,
  retrievalId: string,
  facts: FrameFacts,
  options: CallOptions,
): Promise<FeatureFrame> {
  const parameters = { workspace, id: retrievalId };
  const download = { ...options, extraMs: Number.POSITIVE_INFINITY };
  if (!isNode()) {
    const content = await http.send("getRetrievalResult", parameters, {
      ...download,
      responseType: "arraybuffer",
    });
    return FeatureFrame.open(fileInMemory(content as ArrayBuffer), facts);
  }
  const stream = await http.send("getRetrievalResult", parameters, { ...download, responseType: "stream" });
  return FeatureFrame.open(await saved(stream as NodeJS.ReadableStream, options.signal), facts);
}

async function saved(stream: NodeJS.ReadableStream, signal: AbortSignal | undefined): Promise<FrameFile> {
  const [{ createWriteStream }, { pipeline }, paths] = await Promise.all([
    import("node:fs"),
    import("node:stream/promises"),
    import("node:path"),
  ]);
  const folder = await temporaryFolder();
  const path = paths.join(folder.path, "frame.parquet");
  try {
    await pipeline(stream, createWriteStream(path), { signal });
    return await fileOnDisk(path, () => folder.remove());
  } catch (cause) {
    await folder.remove();
    if (signal?.aborted === true) throw cancelled(signal);
    throw new TeselaError("UNAVAILABLE", "The frame's file did not come through whole.", {
      fix: "Try again.",
      cause,
    });
  }
}

function isNode(): boolean {
  return typeof process === "object" && process.versions?.node !== undefined;
}
