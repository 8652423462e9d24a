import { httpStatusOf, toTeselaError } from "@tesela/core";
import { z } from "zod";

/** The status codes that the published clients know, each with the code of gRPC that stands in its body. */
const RPC_CODES: ReadonlyMap<number, number> = new Map([
  [400, 3],
  [401, 16],
  [403, 7],
  [404, 5],
  [429, 8],
  [500, 13],
  [503, 14],
  [504, 4],
]);

/** The body of an error of the compatible API. */
export const wireErrorSchema = z
  .strictObject({ error: z.string(), message: z.string(), code: z.int() })
  .meta({ id: "WireError", description: "error and message are the same text; code is that of gRPC." });

/** The body of an error of the compatible API. */
export type WireErrorBody = z.infer<typeof wireErrorSchema>;

/** An error of the compatible API, with its HTTP status. */
export interface WireError {
  readonly status: number;
  readonly body: WireErrorBody;
}

/** What a published client may be told of any thrown value; an unknown one shows nothing of itself. */
export function wireErrorOf(thrown: unknown): WireError {
  const { code, message, fix } = toTeselaError(thrown);
  const status = wireStatusOf(httpStatusOf[code]);
  const text = fix === null ? message : `${message} ${fix}`;
  return { status, body: { error: text, message: text, code: RPC_CODES.get(status) ?? 2 } };
}

/** The status that published clients are answered with: one that they know. */
export function wireStatusOf(status: number): number {
  if (RPC_CODES.has(status)) return status;
  return status < 500 ? 400 : 500;
}
