import { micros } from "@tesela/core";
import type { PartOutput } from "../types/part.ts";

/** An output as JSON holds it: instants as text. */
export interface StoredOutput {
  readonly file: {
    readonly path: string;
    readonly bytes: number;
    readonly rows: number;
    readonly minTime: string | null;
    readonly maxTime: string | null;
    readonly sha256: string | null;
    readonly deletionId: string;
  } | null;
  readonly rows: number;
  readonly rejectedRows: number;
}

/** An output as JSON. */
export function storeOutput({ file, rows, rejectedRows }: PartOutput): StoredOutput {
  if (file === null) return { file, rows, rejectedRows };
  const { path, bytes, minTime, maxTime, sha256, deletionId = 0n } = file;
  const stored = {
    path,
    bytes,
    rows: file.rows,
    sha256: sha256 ?? null,
    deletionId: String(deletionId),
  };
  const [min, max] = [minTime, maxTime].map((time) => time?.toString() ?? null) as [
    string | null,
    string | null,
  ];
  return { file: { ...stored, minTime: min, maxTime: max }, rows, rejectedRows };
}

/** The output that JSON holds. */
export function readOutput({ file, rows, rejectedRows }: StoredOutput): PartOutput {
  if (file === null) return { file, rows, rejectedRows };
  const { sha256, minTime, maxTime, deletionId, ...rest } = file;
  const instant = (text: string | null) => (text === null ? null : micros(BigInt(text)));
  const known = { minTime: instant(minTime), maxTime: instant(maxTime), deletionId: BigInt(deletionId) };
  return { file: { ...rest, ...known, ...(sha256 === null ? {} : { sha256 }) }, rows, rejectedRows };
}
