import { TeselaError } from "@tesela/core";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** The format of online values; a reader knows every version up to its own. */
export const FORMAT_VERSION = 1;

/** Begins a value: its format version and its stamp, which the store compares. */
export function writeHeader(writer: ByteWriter, stamp: bigint): void {
  writer.uint8(FORMAT_VERSION);
  writer.uint64(stamp);
}

/** Reads the header and gives the stamp; throws `MISCONFIGURED` for a format of a later release. */
export function readHeader(reader: ByteReader): bigint {
  const version = reader.uint8();
  if (version === FORMAT_VERSION) return reader.uint64();
  throw new TeselaError(
    "MISCONFIGURED",
    `The online store holds format ${version}, this is ${FORMAT_VERSION}.`,
    {
      fix: "Run the release that wrote it, or a later one.",
    },
  );
}
