import { z } from "zod";

/** The OpenAPI document: any JSON object, described by its own standard. */
export const openApiDocumentSchema = z.record(z.string(), z.unknown()).meta({ id: "OpenApiDocument" });
