import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { TeselaError } from "@tesela/core";
import { nothingToPublish, stopped, unavailable } from "../errors.ts";
import { withDiskErrors } from "../io/disk-error.ts";
import { fileBytes } from "../io/file-bytes.ts";
import type { TransferLimits } from "../io/idle-timeout.ts";
import { writeNewFile } from "../io/streams.ts";
import type { S3Location } from "../location.ts";
import { checkFolder, checkPath } from "../path.ts";
import type { CallOptions, OfflineStore, OpenedFile, Scratch, StoredFile } from "../port.ts";
import { ScratchFolders } from "../scratch.ts";
import { Bucket } from "./bucket.ts";
import { DownloadCache, type DownloadRequest } from "./download-cache.ts";
import { probe } from "./probe.ts";
import { putObject } from "./put.ts";

/** Where the store is, and its limits. */
export interface S3StoreOptions {
  readonly client: S3Client;
  readonly location: S3Location;
  /** The folder in which the store makes its own; `null`: the system's temporary one. */
  readonly cacheDirectory: string | null;
  readonly cacheBytes: number;
  readonly requestTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** What exists between start and stop. */
interface Running {
  /** Ours alone; holds `scratch` and `cache`. */
  readonly directory: string;
  readonly cache: DownloadCache;
  readonly scratch: ScratchFolders;
}

/** Objects below a prefix of a bucket; reads go through a bounded download cache on the local disk. */
export class S3Store implements OfflineStore {
  readonly kind = "s3";
  readonly #options: S3StoreOptions;
  readonly #bucket: Bucket;
  readonly #life = new AbortController();
  #running: Running | null = null;

  constructor(options: S3StoreOptions) {
    const { client, location, requestTimeoutMs } = options;
    this.#options = options;
    this.#bucket = new Bucket({ client, name: location.bucket, prefix: location.prefix, requestTimeoutMs });
  }

  async start(): Promise<void> {
    this.#running = await withDiskErrors("start", () => this.#prepare());
    try {
      await this.check();
    } catch (error) {
      await this.#clear();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#life.abort(stopped());
    await this.#clear();
    this.#bucket.client.destroy();
  }

  async check(): Promise<void> {
    await probe(this.#bucket, this.#life.signal);
  }

  async put(localPath: string, path: string, options: CallOptions = {}): Promise<StoredFile> {
    checkPath(path);
    const limits = this.#limits(`write "${path}"`, options);
    const bytes = await withDiskErrors(limits.action, () => fileBytes(localPath));
    if (bytes === null) throw nothingToPublish(path);
    await withTransferErrors(limits, () => putObject(this.#bucket, { localPath, path, bytes }, limits));
    return { path, bytes };
  }

  async open(path: string, options: CallOptions = {}): Promise<OpenedFile> {
    checkPath(path);
    return await this.#started.cache.open(path, this.#signal(options));
  }

  async stat(path: string, options: CallOptions = {}): Promise<StoredFile | null> {
    checkPath(path);
    const bytes = await this.#bucket.sizeOf(path, this.#signal(options));
    return bytes === null ? null : { path, bytes };
  }

  async *list(folder: string, options: CallOptions = {}): AsyncGenerator<StoredFile> {
    yield* this.#bucket.list(checkFolder(folder), this.#signal(options));
  }

  async delete(path: string, options: CallOptions = {}): Promise<void> {
    checkPath(path);
    await this.#bucket.delete(path, this.#signal(options));
    await this.#running?.cache.forget(path);
  }

  async createScratch(): Promise<Scratch> {
    const { scratch } = this.#started;
    return await withDiskErrors("make a scratch folder", () => scratch.create());
  }

  get #started(): Running {
    this.#life.signal.throwIfAborted();
    if (this.#running === null) throw unavailable("be used", "it is not started");
    return this.#running;
  }

  async #prepare(): Promise<Running> {
    const { cacheDirectory, cacheBytes } = this.#options;
    const parent = cacheDirectory ?? tmpdir();
    await mkdir(parent, { recursive: true });
    const directory = await mkdtemp(join(parent, "tesela-offline-"));
    const [cached, scratch] = [join(directory, "cache"), join(directory, "scratch")];
    for (const folder of [cached, scratch]) await mkdir(folder);
    const download = (request: DownloadRequest): Promise<void> => this.#download(request);
    const cache = new DownloadCache({ directory: cached, maxBytes: cacheBytes, download });
    return { directory, cache, scratch: new ScratchFolders(scratch) };
  }

  async #clear(): Promise<void> {
    const directory = this.#running?.directory;
    this.#running = null;
    if (directory === undefined) return;
    // Retries: a download that is being aborted may still write its last chunk.
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }

  async #download({ path, target, signal, reserve }: DownloadRequest): Promise<void> {
    const limits = this.#limits(`read "${path}"`, { signal });
    const { body, bytes } = await this.#bucket.get(path, limits.signal);
    try {
      await reserve(bytes);
      await withTransferErrors(limits, () => writeNewFile(body, target, limits));
    } finally {
      body.destroy();
    }
    const written = await fileBytes(target);
    if (written !== bytes) throw unavailable(limits.action, `${String(written)} of ${bytes} bytes came`);
  }

  #signal({ signal }: CallOptions): AbortSignal {
    return signal === undefined ? this.#life.signal : AbortSignal.any([this.#life.signal, signal]);
  }

  #limits(action: string, options: CallOptions): TransferLimits {
    return { action, idleTimeoutMs: this.#options.idleTimeoutMs, signal: this.#signal(options) };
  }
}

/** A body that breaks off is an error of the network, of the disk or of the SDK's checksum: all may pass. */
async function withTransferErrors(limits: TransferLimits, transfer: () => Promise<void>): Promise<void> {
  try {
    await transfer();
  } catch (error) {
    limits.signal.throwIfAborted();
    throw error instanceof TeselaError ? error : unavailable(limits.action, "the transfer broke off", error);
  }
}
