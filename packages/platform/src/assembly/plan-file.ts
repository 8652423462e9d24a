import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { planSnapshotSchema, type PlanSnapshot } from "./plan-snapshot.ts";

/** The last plan of a process, kept in a file, so that it can start again while Postgres is away. */
export interface PlanFile {
  /** Writes what has changed, all or nothing; its owner alone reads the file, which holds hashes of keys. */
  keep(snapshot: PlanSnapshot): Promise<void>;
  /** `null` when there is none, or none that this version can read. */
  read(): Promise<PlanSnapshot | null>;
}

/** The plan file at a path. */
export function planFile(path: string): PlanFile {
  let kept: string | null = null;
  return {
    async keep(snapshot) {
      const text = JSON.stringify(snapshot);
      if (text === kept) return;
      await mkdir(dirname(path), { recursive: true });
      const draft = `${path}.${process.pid}`;
      await writeFile(draft, text, { mode: 0o600 });
      await rename(draft, path);
      kept = text;
    },
    async read() {
      const text = await readFile(path, "utf8").catch(() => null);
      if (text === null) return null;
      return planSnapshotSchema.safeParse(parse(text)).data ?? null;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
