/**
 * What a test makes go wrong with one request: an error answer, no answer at all (`silence`), or a right answer
 * whose body breaks off (`drop`) or stands still (`stall`) after so many bytes.
 */
export type Fault = ErrorFault | SilenceFault | BodyFault;

/** An error answer; the request has no effect. */
export interface ErrorFault {
  readonly kind: "error";
  readonly status: number;
  readonly code: string;
  /** Further elements of the error document. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** The request has no effect and no answer. */
export interface SilenceFault {
  readonly kind: "silence";
}

/** The request has its effect. */
export interface BodyFault {
  readonly kind: "drop" | "stall";
  readonly afterBytes: number;
}
