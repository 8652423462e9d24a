import { S3Error } from "./s3-error.ts";
import { element, leaf } from "./xml.ts";

/** What goes back over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
}

/** A reply without a body. */
export function emptyReply(status: number, headers: Reply["headers"] = {}): Reply {
  return { status, headers, body: Buffer.alloc(0) };
}

/** A reply that holds one XML document. */
export function xmlReply(document: string, status = 200): Reply {
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${document}`);
  return { status, headers: { "content-type": "application/xml" }, body };
}

/** S3's error document; anything that is not an `S3Error` is an internal error. */
export function errorReply(error: unknown): Reply {
  const { status, code, fields } = error instanceof S3Error ? error : new S3Error(500, "InternalError");
  const more = Object.entries(fields).map(([name, value]) => leaf(name, value));
  return xmlReply(element("Error", leaf("Code", code), leaf("Message", code), ...more), status);
}
