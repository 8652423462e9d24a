import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { TeselaError } from "@tesela/core";
import { checkFolder } from "./path.ts";

/** A store on a local disk. */
export interface LocalLocation {
  readonly kind: "local";
  readonly directory: string;
}

/** A store in a bucket. */
export interface S3Location {
  readonly kind: "s3";
  readonly bucket: string;
  /** Before each path: `""` or ending in `/`. */
  readonly prefix: string;
  /** `null`: the region's own at AWS. */
  readonly endpoint: string | null;
  /** `null`: what the AWS default chain says. */
  readonly region: string | null;
  readonly isPathStyle: boolean;
}

const PARAMETERS = ["endpoint", "region", "forcePathStyle"];

/**
 * Reads where a store is: an absolute folder, `file:///folder`, or
 * `s3://bucket/prefix?endpoint=…&region=…&forcePathStyle=true`. Throws `VALIDATION`, never repeating the text:
 * it may hold a secret.
 */
export function parseLocation(text: string): LocalLocation | S3Location {
  if (isAbsolute(text)) return { kind: "local", directory: text };
  const url = URL.parse(text);
  if (url?.protocol === "file:") return { kind: "local", directory: toDirectory(url) };
  if (url?.protocol === "s3:") return toS3Location(url);
  throw invalid("is neither an absolute folder nor a file: or s3: URL");
}

function toDirectory(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw invalid("is a file: URL that names no local folder");
  }
}

function toS3Location(url: URL): S3Location {
  if (url.username !== "" || url.password !== "") throw invalid("holds credentials");
  if (url.hostname === "") throw invalid("names no bucket");
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) throw invalid("has an unknown parameter");
  const endpoint = toEndpoint(url.searchParams.get("endpoint"));
  return {
    kind: "s3",
    bucket: url.hostname,
    prefix: checkFolder(url.pathname.replace(/^\//, "")),
    endpoint,
    region: url.searchParams.get("region") ?? (endpoint === null ? null : "us-east-1"),
    isPathStyle: toBoolean(url.searchParams.get("forcePathStyle")),
  };
}

function toEndpoint(text: string | null): string | null {
  if (text === null) return null;
  const url = URL.parse(text);
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (!isHttp) throw invalid("has an endpoint that is no http(s) URL");
  if (url.username !== "" || url.password !== "") throw invalid("holds credentials");
  return text;
}

function toBoolean(text: string | null): boolean {
  if (text === null || text === "false") return false;
  if (text === "true") return true;
  throw invalid("has a forcePathStyle that is neither true nor false");
}

function invalid(problem: string): TeselaError {
  return new TeselaError("VALIDATION", `The offline store URL ${problem}.`, {
    fix: "Write /absolute/folder, file:///folder or s3://bucket/prefix?endpoint=…&region=…&forcePathStyle=true; credentials come from the options or the AWS default chain.",
  });
}
