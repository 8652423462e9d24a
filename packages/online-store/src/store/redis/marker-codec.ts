import { TeselaError } from "@tesela/core";

import type { Marker } from "../port.ts";
import { STAMP_END } from "../stamp.ts";

const FORMAT_VERSION = 2;
/** The first format, which knew of no hidden keys; scripts that change a marker read it too. */
const WITHOUT_HIDDEN = 1;
const HAS_EDGE = 1;
const HAS_RETAINED_FROM = 2;
const EDGE_AT = STAMP_END + 1;
const RETAINED_FROM_AT = EDGE_AT + 8;
/** Where the stamp of hidden keys stands, in eight bytes, before the epoch. */
export const HIDDEN_AT = RETAINED_FROM_AT + 8;
const EPOCH_AT = HIDDEN_AT + 8;

/**
 * A marker as bytes: version, `commitSeq` where values have their stamp, flags, two signed instants, the stamp of
 * hidden keys, the epoch as UTF-8.
 */
export function encodeMarker({ commitSeq, edge, retainedFrom, hidden, epoch }: Marker): Buffer {
  const head = Buffer.alloc(EPOCH_AT);
  head.writeUInt8(FORMAT_VERSION, 0);
  head.writeBigUInt64BE(commitSeq, 1);
  head.writeUInt8(
    (edge === null ? 0 : HAS_EDGE) | (retainedFrom === null ? 0 : HAS_RETAINED_FROM),
    STAMP_END,
  );
  head.writeBigInt64BE(edge ?? 0n, EDGE_AT);
  head.writeBigInt64BE(retainedFrom ?? 0n, RETAINED_FROM_AT);
  head.writeBigUInt64BE(hidden, HIDDEN_AT);
  return Buffer.concat([head, Buffer.from(epoch, "utf8")]);
}

/** The marker of these bytes; `MISCONFIGURED` if another release's format wrote them. */
export function decodeMarker(bytes: Buffer): Marker {
  const version = bytes.readUInt8(0);
  if (version !== FORMAT_VERSION && version !== WITHOUT_HIDDEN) {
    throw new TeselaError(
      "MISCONFIGURED",
      `A marker of the online store has format ${version}, expected at most ${FORMAT_VERSION}.`,
      {
        fix: "A newer release wrote it: upgrade this process.",
      },
    );
  }
  const flags = bytes.readUInt8(STAMP_END);
  const hasHidden = version !== WITHOUT_HIDDEN;
  return {
    commitSeq: bytes.readBigUInt64BE(1),
    edge: flags & HAS_EDGE ? bytes.readBigInt64BE(EDGE_AT) : null,
    retainedFrom: flags & HAS_RETAINED_FROM ? bytes.readBigInt64BE(RETAINED_FROM_AT) : null,
    hidden: hasHidden ? bytes.readBigUInt64BE(HIDDEN_AT) : 0n,
    epoch: bytes.toString("utf8", hasHidden ? EPOCH_AT : HIDDEN_AT),
  };
}
