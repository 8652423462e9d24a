import { parseDuration, TeselaError } from "@tesela/core";
import { z } from "zod";
import type { RawOptions } from "../../oracle/raw-view.ts";

const optionsSchema = z.strictObject({
  join: z.enum(["exclusive", "inclusive"]).default("exclusive"),
  embargo: z.string().default("0s"),
  maxLookback: z.string().optional(),
  maxStaleness: z.string().optional(),
  onMissing: z.enum(["null", "skip", "error"]).default("null"),
  knownAt: z.literal("event").optional(),
});

/** The options of a case as a file has them, which are those of the SDK. */
export type OptionsJson = z.input<typeof optionsSchema>;

/** The options of a case in plain numbers and as declared; an option that the law does not have is refused by its name. */
export function parseOptions(json: unknown): { readonly raw: RawOptions; readonly declared: OptionsJson } {
  const parsed = optionsSchema.safeParse(json);
  if (!parsed.success) throw new TeselaError("VALIDATION", `options: ${z.prettifyError(parsed.error)}`);
  return { raw: rawOptions(parsed.data), declared: json as OptionsJson };
}

function rawOptions(options: z.output<typeof optionsSchema>): RawOptions {
  const { join, embargo, maxLookback, maxStaleness, onMissing, knownAt } = options;
  return {
    isInclusive: join === "inclusive",
    embargo: parseDuration(embargo),
    maxLookback: maxLookback === undefined ? null : parseDuration(maxLookback),
    maxStaleness: maxStaleness === undefined ? null : parseDuration(maxStaleness),
    onMissing,
    isKnownAt: knownAt === "event",
  };
}
