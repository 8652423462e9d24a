import { createWriteStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { TeselaError } from "@tesela/core";
import type { SpineFormat } from "@tesela/offline-store";

const MAGIC = "PAR1";
/** Magic at both ends, and the length of the footer. */
const SMALLEST_PARQUET = 12;

/**
 * Writes what a client sends into a new local file and gives its size. Throws `TOO_LARGE` as soon as there is
 * more than the limit, `CANCELLED` when the client goes away, `VALIDATION` when what should be Parquet is none.
 */
export async function receiveTable(
  source: Readable,
  file: string,
  format: SpineFormat,
  limitBytes: number,
): Promise<number> {
  const limit = limited(limitBytes);
  const onClose = (): void => {
    if (!source.readableEnded) limit.destroy(clientGone());
  };
  source.once("close", onClose);
  try {
    await pipeline(source.pipe(limit), createWriteStream(file, { flags: "wx" }));
  } finally {
    source.off("close", onClose);
    source.unpipe(limit);
  }
  return format === "parquet" ? requireParquet(file) : (await stat(file)).size;
}

/** Piped by hand: a pipeline would close the client's connection before it could be told what is wrong. */
function limited(limitBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limitBytes) done(tooLarge(limitBytes));
      else done(null, chunk);
    },
  });
}

async function requireParquet(file: string): Promise<number> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  if (size < SMALLEST_PARQUET) throw noParquet();
  for (const position of [0, size - MAGIC.length]) {
    const { buffer } = await handle.read({ buffer: Buffer.alloc(MAGIC.length), position });
    if (buffer.toString("latin1") !== MAGIC) throw noParquet();
  }
  return size;
}

/** A spine is larger than it may be. */
export function tooLarge(limitBytes: number): TeselaError {
  return new TeselaError("TOO_LARGE", `The spine is larger than ${limitBytes} bytes.`, {
    fix: "Split it into several reads.",
  });
}

function noParquet(): TeselaError {
  return new TeselaError("VALIDATION", "The uploaded spine is no Parquet file.", {
    fix: "Send the bytes of a whole Parquet file.",
  });
}

function clientGone(): TeselaError {
  return new TeselaError("CANCELLED", "The client went away before the spine was complete.");
}
