import { S3Error } from "./s3-error.ts";

/** What a `Range` header asks of `size` bytes; `end` is not part of it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Reads `bytes=2-5`, `bytes=2-` or `bytes=-3`; `null` when there is none; `InvalidRange` past the end. */
export function parseRange(header: string | undefined, size: number): ByteRange | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (match === null || first + last === "") return null;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(Number(last) + 1, size);
  if (start >= end) throw new S3Error(416, "InvalidRange");
  return { start, end };
}
