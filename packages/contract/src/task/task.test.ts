import type { CompiledRealtimeView, ResolvedColumn, ResolvedView } from "@tesela/core";
import { expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import { checkPayloadSchema } from "./check.ts";
import type { compiledRealtimeViewSchema } from "./realtime.ts";
import type { resolvedColumnSchema, resolvedViewSchema } from "./resolved-view.ts";
import { retrievalPayloadSchema } from "./retrieval.ts";

test("what a check finds out is core's type", () => {
  expectTypeOf<z.infer<typeof resolvedColumnSchema>>().toEqualTypeOf<ResolvedColumn>();
  expectTypeOf<z.infer<typeof resolvedViewSchema>>().toEqualTypeOf<ResolvedView>();
  expectTypeOf<z.infer<typeof compiledRealtimeViewSchema>>().toExtend<CompiledRealtimeView>();
  expect(checkPayloadSchema.parse({ views: [] })).toEqual({ views: [] });
});

test("a retrieval without a view, or with an unknown key, is refused", () => {
  const payload = {
    spinePath: "spines/a",
    resultPath: "results/a",
    timestampKey: null,
    fromSource: null,
    onUnmaterialized: "error",
    now: "1",
    views: [],
  };
  expect(retrievalPayloadSchema.safeParse(payload).success).toBe(false);
});
