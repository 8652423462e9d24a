import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { TeselaError } from "@tesela/core";
import { fileMissing, unavailable } from "../errors.ts";
import { keepError } from "../io/streams.ts";
import { isPath } from "../path.ts";
import type { StoredFile } from "../port.ts";
import { hasStatus, readFailure, toTeselaError } from "./s3-error.ts";

/** A bucket, and where in it. */
export interface BucketOptions {
  readonly client: S3Client;
  readonly name: string;
  /** `""` or ending in `/`. */
  readonly prefix: string;
  readonly requestTimeoutMs: number;
}

/** The body of an object: read or destroy it. */
export interface Download {
  readonly body: Readable;
  readonly bytes: number;
}

/** The requests to one prefix of one bucket: each has a deadline, and fails as a `TeselaError`. */
export class Bucket {
  readonly client: S3Client;
  readonly #name: string;
  readonly #prefix: string;
  readonly #requestTimeoutMs: number;

  constructor({ client, name, prefix, requestTimeoutMs }: BucketOptions) {
    this.client = client;
    this.#name = name;
    this.#prefix = prefix;
    this.#requestTimeoutMs = requestTimeoutMs;
  }

  /** How the SDK names the object of a path. */
  objectOf(path: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#name, Key: this.#prefix + path };
  }

  /** The object's size, or `null` when there is none. */
  async sizeOf(path: string, signal: AbortSignal): Promise<number | null> {
    const command = new HeadObjectCommand(this.objectOf(path));
    try {
      const { ContentLength = 0 } = await this.request(`look for "${path}"`, signal, (options) =>
        this.client.send(command, options),
      );
      return ContentLength;
    } catch (error) {
      if (hasStatus(error, 404)) return null;
      throw error;
    }
  }

  /** Begins to read an object; `FILE_MISSING` when there is none. */
  async get(path: string, signal: AbortSignal): Promise<Download> {
    const command = new GetObjectCommand(this.objectOf(path));
    const action = `read "${path}"`;
    try {
      const answer = await this.request(action, signal, (options) => this.client.send(command, options));
      if (answer.Body === undefined) throw unavailable(action, "the answer had no body");
      const body = answer.Body as Readable;
      keepError(body);
      return { body, bytes: answer.ContentLength ?? 0 };
    } catch (error) {
      throw hasStatus(error, 404) && !isBucketMissing(error) ? fileMissing(path) : error;
    }
  }

  /** Writes an object in one request; where it `mustBeNew`, an existing one makes it fail with status 412. */
  async put(path: string, body: Buffer, mustBeNew: boolean, signal: AbortSignal): Promise<void> {
    const condition = mustBeNew ? { IfNoneMatch: "*" } : {};
    const command = new PutObjectCommand({ ...this.objectOf(path), ...condition, Body: body });
    await this.request(`write "${path}"`, signal, (options) => this.client.send(command, options));
  }

  /** The objects below a folder (`""` or ending in `/`), page by page; foreign keys are passed over. */
  async *list(folder: string, signal: AbortSignal): AsyncGenerator<StoredFile> {
    let token: string | undefined;
    do {
      const page = await this.#listPage(folder, token, signal);
      for (const { Key = "", Size = 0 } of page.Contents ?? []) {
        const path = Key.slice(this.#prefix.length);
        if (isPath(path)) yield { path, bytes: Size };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  /** Deletes an object; one that is absent is fine. */
  async delete(path: string, signal: AbortSignal): Promise<void> {
    const command = new DeleteObjectCommand(this.objectOf(path));
    await this.request(`delete "${path}"`, signal, (options) => this.client.send(command, options));
  }

  /** Sends one request: `UNAVAILABLE` or `MISCONFIGURED` when it fails, the reason of `signal` when that aborts. */
  async request<T>(
    action: string,
    signal: AbortSignal,
    send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    // Not AbortSignal.timeout: it would go on to cut the body of a long download.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.#requestTimeoutMs);
    try {
      return await send({ abortSignal: AbortSignal.any([signal, deadline.signal]) });
    } catch (error) {
      signal.throwIfAborted();
      if (!deadline.signal.aborted) throw toTeselaError(readFailure(error), action, this.#name);
      throw unavailable(action, `no answer came for ${this.#requestTimeoutMs} ms`);
    } finally {
      clearTimeout(timer);
    }
  }

  async #listPage(
    folder: string,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<ListObjectsV2CommandOutput> {
    const { Bucket, Key } = this.objectOf(folder);
    const command = new ListObjectsV2Command({ Bucket, Prefix: Key, ContinuationToken: token });
    return await this.request(`list "${folder}"`, signal, (options) => this.client.send(command, options));
  }
}

function isBucketMissing(error: unknown): boolean {
  return error instanceof TeselaError && error.code === "MISCONFIGURED";
}
