/** A folder of its own for temporary files. */
export interface TemporaryFolder {
  readonly path: string;
  /** Takes it away with all that it holds; doing it again does nothing. */
  remove(): Promise<void>;
}

/** Folders that are still there; they go when the process ends, which one listener sees to. */
const left = new Set<string>();
let isListening = false;

/** Makes a folder for temporary files. Node only. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const [{ rmSync }, { mkdtemp, rm }, { tmpdir }, paths] = await Promise.all([
    import("node:fs"),
    import("node:fs/promises"),
    import("node:os"),
    import("node:path"),
  ]);
  const all = { recursive: true, force: true };
  const path = await mkdtemp(paths.join(tmpdir(), "tesela-"));
  if (!isListening) process.once("exit", () => left.forEach((folder) => rmSync(folder, all)));
  isListening = true;
  left.add(path);
  return {
    path,
    remove: async () => {
      await rm(path, all);
      left.delete(path);
    },
  };
}
