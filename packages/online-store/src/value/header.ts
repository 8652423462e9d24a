import { TeselaError } from "@tesela/core";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** The newest format of online values; a reader knows every version up to it. */
export const FORMAT_VERSION = 2;

/** Begins a value: its format version and its stamp, which the store compares. */
export function writeHeader(writer: ByteWriter, stamp: bigint, version: number): void {
  writer.uint8(version);
  writer.uint64(stamp);
}

/** What a value begins with. */
export interface Header {
  readonly version: number;
  readonly stamp: bigint;
}

/** Reads the header; throws `MISCONFIGURED` for a format of a later release. */
export function readHeader(reader: ByteReader): Header {
  return { version: readVersion(reader), stamp: reader.uint64() };
}

/** Passes over the header, checked as `readHeader` does; gives the version. */
export function passHeader(reader: ByteReader): number {
  const version = readVersion(reader);
  reader.skip(8);
  return version;
}

function readVersion(reader: ByteReader): number {
  const version = reader.uint8();
  if (version > 0 && version <= FORMAT_VERSION) return version;
  throw new TeselaError(
    "MISCONFIGURED",
    `The online store holds format ${version}, this is ${FORMAT_VERSION}.`,
    {
      fix: "Run the release that wrote it, or a later one.",
    },
  );
}
