/** A published file: it never changes, until it is deleted. */
export interface StoredFile {
  /** Relative, `/`-separated; see `checkPath`. */
  readonly path: string;
  readonly bytes: number;
}

/** What every call that may take long accepts. */
export interface CallOptions {
  /** Stops the call; it then rejects with the signal's reason and leaves nothing behind. */
  readonly signal?: AbortSignal | undefined;
}

/** A stored file on the local disk; dispose of it when it is no longer read. */
export interface OpenedFile extends AsyncDisposable {
  /** Absolute; never write to it. */
  readonly localPath: string;
}

/** A private folder; disposing of it deletes it with everything in it. */
export interface Scratch extends AsyncDisposable {
  /** Absolute. */
  readonly directory: string;
}

/**
 * Immutable files by path, on a local disk or in S3. Errors of every call: `VALIDATION` for a path that is
 * not one, `UNAVAILABLE` (a retry may help) when the store cannot be reached or stops answering,
 * `MISCONFIGURED` when it refuses us.
 */
export interface OfflineStore {
  readonly kind: "local" | "s3";
  /**
   * Publishes a finished local file under a new path, whole or not at all, and durable on return. The same
   * bytes again change nothing; other bytes under that path are a `CONFLICT`. Do not write to the local
   * file afterwards: one from `createScratch` becomes the stored file itself.
   */
  put(localPath: string, path: string, options?: CallOptions): Promise<StoredFile>;
  /**
   * The file's bytes on the local disk until disposal; `FILE_MISSING` when there is no such file. With S3:
   * `LIMIT_EXCEEDED` when it is larger than the download cache, `UNAVAILABLE` while open files fill that.
   */
  open(path: string, options?: CallOptions): Promise<OpenedFile>;
  /** The file, or `null` when there is none. */
  stat(path: string, options?: CallOptions): Promise<StoredFile | null>;
  /** The files in a folder and below it (`""`: all), in the order of their paths' bytes. */
  list(folder: string, options?: CallOptions): AsyncIterable<StoredFile>;
  /** Deletes a file; one that is absent is fine. */
  delete(path: string, options?: CallOptions): Promise<void>;
  /** Where to write a file before `put`: on the store's own device when that is local. */
  createScratch(): Promise<Scratch>;
  /** Prepares and checks the store; call it before anything else. */
  start(): Promise<void>;
  /** Stops running calls and removes what is temporary. */
  stop(): Promise<void>;
  /** Resolves when the store can be written and read now. */
  check(): Promise<void>;
}
