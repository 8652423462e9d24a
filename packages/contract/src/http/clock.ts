import { z } from "zod";
import { instantSchema } from "../wire/instant.ts";

/** Answer of the platform clock. */
export const clockResponseSchema = z.strictObject({
  clock: z.strictObject({ mode: z.enum(["live", "frozen"]), now: instantSchema }).meta({ id: "Clock" }),
});

/** Body of setting the platform clock. */
export const setClockRequestSchema = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("frozen"), at: instantSchema }),
  z.strictObject({ mode: z.literal("live") }),
]);
