import type { ChunkAddress, Marker, StoredKind, ViewRead, ViewReadResult } from "../port.ts";
import { hashField, type RedisKeys } from "./keys.ts";
import type { Reply } from "./reply-parser.ts";
import { respPart } from "./resp.ts";

/** Commands that read hashes. */
export interface HashCommands {
  readonly commands: string;
  readonly count: number;
}

/** Reads of one hash that follow each other are one command. Each of the reads asks for some chunk. */
export function hashCommands(keys: RedisKeys, reads: readonly ViewRead[]): HashCommands {
  let commands = "";
  let count = 0;
  for (let at = 0; at < reads.length;) {
    const first = reads[at]!;
    let fields = fieldsOf(first);
    let size = first.chunks.length;
    for (at += 1; at < reads.length && isSameHash(first, reads[at]!); at++) {
      fields += fieldsOf(reads[at]!);
      size += reads[at]!.chunks.length;
    }
    const { generation, kind, key } = first;
    commands += `*${size + 2}\r\n$5\r\nHMGET\r\n${respPart(keys.hash(generation, kind, key))}${fields}`;
    count += 1;
  }
  return { commands, count };
}

/** The answers to reads, from the replies to their commands. */
export function hashResults(
  reads: readonly ViewRead[],
  markers: readonly Marker[],
  replies: readonly Reply[],
): readonly ViewReadResult[] {
  const results: ViewReadResult[] = [];
  let reply = -1;
  let start = 0;
  for (let at = 0; at < reads.length; at++) {
    if (at === 0 || !isSameHash(reads[at - 1]!, reads[at]!)) {
      reply += 1;
      start = 0;
    }
    const all = replies[reply] as ViewReadResult["values"];
    const end = start + reads[at]!.chunks.length;
    const values = end - start === all.length ? all : all.slice(start, end);
    results.push({ marker: markers[at]!, values });
    start = end;
  }
  return results;
}

/** The attributes of all views of an entity are in one hash; the reads of one entity share their key. */
function isSameHash(a: ViewRead, b: ViewRead): boolean {
  if (a.key !== b.key || a.kind !== b.kind) return false;
  return a.kind === "attributes" || a.generation === b.generation;
}

interface Fields {
  readonly generation: number;
  readonly kind: StoredKind;
  readonly text: string;
}

/** The reads of all keys of a view ask for the same list of chunks. */
const known = new WeakMap<readonly ChunkAddress[], Fields>();

function fieldsOf({ generation, kind, chunks }: ViewRead): string {
  const fields = known.get(chunks);
  if (fields !== undefined && fields.generation === generation && fields.kind === kind) return fields.text;
  const text = chunks.map((chunk) => respPart(hashField(generation, kind, chunk))).join("");
  known.set(chunks, { generation, kind, text });
  return text;
}
