import { z } from "zod";
import { batchSourceSchema } from "./batch-source.ts";
import { streamSourceSchema } from "./stream-source.ts";

/** Any source as declared; equals `SourceDefinition` of core. */
export const sourceSchema = z
  .discriminatedUnion("kind", [batchSourceSchema, streamSourceSchema])
  .meta({ id: "DataSource", description: "A source of events." });
