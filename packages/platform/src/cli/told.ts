import type { VectorMetadata, VectorValue } from "@tesela/sdk";

/** What is told of one feature of a vector besides its value. */
export interface Told {
  readonly status: "PRESENT" | "MISSING_DATA" | "TIME_OUT" | "UNKNOWN";
  /** The instant that the value is of; `null` where there is none. */
  readonly effectiveTime: string | null;
  /** Why the value is null; empty unless it is. */
  readonly why: string;
}

type Lacking = NonNullable<VectorMetadata["lacking"]>[string];

const LACKING: Readonly<Record<Lacking, Pick<Told, "status" | "why">>> = {
  TIMEOUT: { status: "TIME_OUT", why: "the store did not answer in time" },
  UNAVAILABLE: { status: "UNKNOWN", why: "the view cannot be served at the moment" },
  VALUE_ERROR: { status: "UNKNOWN", why: "its function failed" },
};

/** What a vector says of a feature; of a service each by its own view (TIME T12). */
export function toldOf(metadata: VectorMetadata, name: string, value: VectorValue | undefined): Told {
  const { edge, effectiveTime } = viewOf(metadata, name);
  const lacking = metadata.lacking?.[name];
  if (lacking !== undefined) return { ...LACKING[lacking], effectiveTime };
  if (value !== null && value !== undefined) return { status: "PRESENT", effectiveTime, why: "" };
  const why = edge === null ? "nothing is materialized yet" : "no value is visible, or it is null";
  return { status: "MISSING_DATA", effectiveTime, why };
}

/** Features of a service are named `view.feature`, those of a view by itself have no prefix. */
function viewOf(
  { views = {}, edge, effectiveTime }: VectorMetadata,
  name: string,
): Pick<VectorMetadata, "edge" | "effectiveTime"> {
  return views[name.slice(0, Math.max(0, name.indexOf(".")))] ?? { edge, effectiveTime };
}
