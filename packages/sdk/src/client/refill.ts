import type { ResponseOf } from "@tesela/contract";
import { formatInstant, parseInstant } from "@tesela/core";
import type { CallOptions, Http } from "./http.ts";

/** A range to refill; all unless told. */
export interface RefillOptions extends CallOptions {
  readonly startTime?: string | Date | undefined;
  readonly endTime?: string | Date | undefined;
}

/** Lets the schedule of a view fill again what cancelled and failed jobs have left empty. */
export function refillView(
  http: Http,
  path: { readonly workspace: string; readonly name: string },
  { startTime, endTime, signal }: RefillOptions,
): Promise<ResponseOf<"refill">> {
  const body = {
    ...(startTime === undefined ? {} : { startTime: formatInstant(parseInstant(startTime)) }),
    ...(endTime === undefined ? {} : { endTime: formatInstant(parseInstant(endTime)) }),
  };
  return http.call("refill", path, { body, signal });
}
