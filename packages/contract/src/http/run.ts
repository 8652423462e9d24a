import { z } from "zod";
import { definitionsSchema } from "../definition/definition.ts";
import { nameSchema } from "../definition/metadata.ts";
import { AGGREGATION_LEVELS } from "../task/run.ts";
import { instantSchema } from "../wire/instant.ts";

/** Body of a run of a view: of the applied one, or of the one among `definitions`. */
export const runRequestSchema = z.strictObject({
  featureView: nameSchema,
  /** The view with its entities and sources, where it is not the applied one. */
  definitions: definitionsSchema.exactOptional(),
  /** One batch schedule before the end unless told. */
  startTime: instantSchema.exactOptional(),
  /** Not part of the range; one batch schedule after the start unless told. */
  endTime: instantSchema.exactOptional(),
  aggregationLevel: z.enum(AGGREGATION_LEVELS).default("full"),
  /**
   * Ids of uploaded tables, by the name that the transformation calls the source they stand in for. Of a realtime view
   * every source needs one: a row of the result is made of one row of each.
   */
  mockSources: z.record(z.string(), z.string().min(1).max(200)).default({}),
});

/** Body of a run, as a client writes it. */
export type RunRequest = z.input<typeof runRequestSchema>;
