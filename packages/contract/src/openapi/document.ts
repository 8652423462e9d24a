import { httpStatusOf, type ErrorCode } from "@tesela/core";
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from "zod-openapi";
import { z } from "zod";
import { wireErrorSchema, wireStatusOf } from "../wire-compat/error.ts";
import { ingestErrorSchema } from "../wire-compat/ingest-error.ts";
import { PROBLEM_TYPE, problemSchema } from "../wire/problem.ts";
import { isSchema, type RawBody, type Route } from "../routes/route.ts";
import { routes } from "../routes/routes.ts";

const EVERY_ROUTE: readonly ErrorCode[] = ["VALIDATION", "INTERNAL", "UNAVAILABLE"];
const WITH_KEY: readonly ErrorCode[] = ["UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "RATE_LIMITED"];
const WITH_BODY: readonly ErrorCode[] = ["TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];

/** The OpenAPI 3.1 document of both servers, made from the schemas that they check with. */
export function openApiDocument(version: string): ReturnType<typeof createDocument> {
  return createDocument(describe(version));
}

function describe(version: string): ZodOpenApiObject {
  return {
    openapi: "3.1.0",
    info: { title: "Tesela", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    paths: pathsOf(Object.entries(routes)),
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        tectonKey: { type: "apiKey", in: "header", name: "Authorization", description: "`Tecton-key <key>`" },
      },
    },
  };
}

function pathsOf(entries: readonly (readonly [string, Route])[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const [name, route] of entries) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operationOf(name, route) };
  }
  return paths;
}

function operationOf(name: string, route: Route): ZodOpenApiOperationObject {
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.server],
    security: route.access === "public" ? [] : [{ bearer: [] }, { tectonKey: [] }],
    requestParams: parametersOf(route),
    ...(route.body === null ? {} : { requestBody: { required: true, content: contentOf(route.body) } }),
    responses: {
      [String(route.status)]: { description: route.summary, content: contentOf(route.response) },
      ...errorsOf(route),
    },
  };
}

function parametersOf(route: Route): NonNullable<ZodOpenApiOperationObject["requestParams"]> {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? "");
  const path = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  return { ...(names.length === 0 ? {} : { path }), ...(route.query === null ? {} : { query: route.query }) };
}

function contentOf(body: z.ZodType | RawBody): Record<string, { schema: z.ZodType | object }> {
  if (isSchema(body)) return { "application/json": { schema: body } };
  const types = [body.contentType, ...(body.others ?? [])];
  return Object.fromEntries(types.map((type) => [type, { schema: { type: "string", format: "binary" } }]));
}

function errorsOf(route: Route): Record<string, ZodOpenApiResponseObject> {
  const codes = [
    ...EVERY_ROUTE,
    ...(route.access === "public" ? [] : WITH_KEY),
    ...(route.body === null ? [] : WITH_BODY.filter((code) => !route.errors.includes(code))),
    ...route.errors,
  ];
  const isWire = route.family === "wire";
  const statusOf = (code: ErrorCode): number =>
    isWire ? wireStatusOf(httpStatusOf[code]) : httpStatusOf[code];
  const errorOf = isWire ? wireErrorResponse : problemResponse(route);
  const byStatus = Map.groupBy(codes, statusOf);
  const responses = [...byStatus].map(([status, group]) => [String(status), errorOf(group)] as const);
  return Object.fromEntries(responses);
}

function wireErrorResponse(codes: readonly ErrorCode[]): ZodOpenApiResponseObject {
  return { description: codes.join(", "), content: { "application/json": { schema: wireErrorSchema } } };
}

function problemResponse({ family }: Route): (codes: readonly ErrorCode[]) => ZodOpenApiResponseObject {
  const schema = family === "ingest" ? ingestErrorSchema : problemSchema;
  return (codes) => ({ description: codes.join(", "), content: { [PROBLEM_TYPE]: { schema } } });
}
