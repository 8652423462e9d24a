import type { ErrorCode, FileBatchConfig } from "@tesela/core";
import type { z } from "zod";

/** The content type of Parquet files. */
export const PARQUET_TYPE = "application/vnd.apache.parquet";

/** The content types of the tables that can be sent up. */
export const TABLE_TYPES: Readonly<Record<FileBatchConfig["format"], string>> = {
  parquet: PARQUET_TYPE,
  csv: "text/csv",
  ndjson: "application/x-ndjson",
};

/** A body that is not JSON: streamed bytes, or text. */
export interface RawBody {
  readonly contentType: string;
  /** Content types that are taken besides. */
  readonly others?: readonly string[];
}

/** Who may call: anybody; any key; keys of the role `admin`. */
export type Access = "public" | "reader" | "admin";

/** All that server, clients and the OpenAPI document know of one operation. */
export interface Route {
  readonly server: "controlPlane" | "featureServer";
  /** `wire`: for Tecton's published clients, with their form of errors; `ingest`: with both forms in one body. */
  readonly family?: "wire" | "ingest";
  readonly method: "get" | "post" | "put";
  /** With parameters as `:name`. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly query: z.ZodObject | null;
  readonly body: z.ZodType | RawBody | null;
  readonly status: 200 | 201 | 202;
  readonly response: z.ZodType | RawBody;
  /** Codes besides those that every route may answer. */
  readonly errors: readonly ErrorCode[];
}

/** Whether a body is JSON that a schema describes. */
export function isSchema(body: z.ZodType | RawBody): body is z.ZodType {
  return "_zod" in body;
}
