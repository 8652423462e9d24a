import { z } from "zod";
import { explanationSchema } from "../task/explain.ts";
import { problemSchema } from "../wire/problem.ts";
import { historicalRequestSchema } from "./historical.ts";

/** Body of an explanation: a historical read with a spine, and one of its rows, the first being 0. */
export const explainRequestSchema = historicalRequestSchema.extend({
  row: z.int().nonnegative().exactOptional(),
});

/** An explanation: its state, and its result or error. */
export const explainingSchema = z
  .strictObject({
    id: z.string(),
    state: z.enum(["PENDING", "RUNNING", "SUCCESS", "FAILURE"]),
    result: explanationSchema.nullable(),
    error: problemSchema.nullable(),
  })
  .meta({ id: "Explaining" });

/** Answer of an explanation. */
export const explainingResponseSchema = z.strictObject({ explaining: explainingSchema });

/** An explanation: its state, and its result or error. */
export type Explaining = z.infer<typeof explainingSchema>;

/** Body of an explanation, as a client writes it. */
export type ExplainRequest = z.input<typeof explainRequestSchema>;
