import { TeselaError } from "@tesela/core";

import type { Marker } from "../port.ts";
import { STAMP_END } from "../stamp.ts";

const FORMAT_VERSION = 1;
const HAS_EDGE = 1;
const HAS_RETAINED_FROM = 2;
const EDGE_AT = STAMP_END + 1;
const RETAINED_FROM_AT = EDGE_AT + 8;
const EPOCH_AT = RETAINED_FROM_AT + 8;

/** A marker as bytes: version, `commitSeq` where values have their stamp, flags, two signed instants, the epoch as UTF-8. */
export function encodeMarker({ commitSeq, edge, retainedFrom, epoch }: Marker): Buffer {
  const head = Buffer.alloc(EPOCH_AT);
  head.writeUInt8(FORMAT_VERSION, 0);
  head.writeBigUInt64BE(commitSeq, 1);
  head.writeUInt8(
    (edge === null ? 0 : HAS_EDGE) | (retainedFrom === null ? 0 : HAS_RETAINED_FROM),
    STAMP_END,
  );
  head.writeBigInt64BE(edge ?? 0n, EDGE_AT);
  head.writeBigInt64BE(retainedFrom ?? 0n, RETAINED_FROM_AT);
  return Buffer.concat([head, Buffer.from(epoch, "utf8")]);
}

/** The marker of these bytes; `MISCONFIGURED` if another release's format wrote them. */
export function decodeMarker(bytes: Buffer): Marker {
  const version = bytes.readUInt8(0);
  if (version !== FORMAT_VERSION) {
    throw new TeselaError(
      "MISCONFIGURED",
      `A marker of the online store has format ${version}, expected ${FORMAT_VERSION}.`,
      {
        fix: "A newer release wrote it: upgrade this process.",
      },
    );
  }
  const flags = bytes.readUInt8(STAMP_END);
  return {
    commitSeq: bytes.readBigUInt64BE(1),
    edge: flags & HAS_EDGE ? bytes.readBigInt64BE(EDGE_AT) : null,
    retainedFrom: flags & HAS_RETAINED_FROM ? bytes.readBigInt64BE(RETAINED_FROM_AT) : null,
    epoch: bytes.toString("utf8", EPOCH_AT),
  };
}
