import { expect, test } from "vitest";
import { routes } from "../routes/routes.ts";
import { openApiDocument } from "./document.ts";

const document = openApiDocument("1.2.3");
const text = JSON.stringify(document);

test("the document lists every route under its path and method", () => {
  const ids = Object.values(document.paths ?? {}).flatMap((path) =>
    Object.values(path as Record<string, { operationId: string }>).map(({ operationId }) => operationId),
  );
  expect(ids.toSorted()).toEqual(Object.keys(routes).toSorted());
  expect(document.info).toMatchObject({ title: "Tesela", version: "1.2.3" });
});

test("every reference in the document leads somewhere", () => {
  const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(10);
  expect(Object.keys(document.components?.schemas ?? {})).toEqual(expect.arrayContaining(names));
});

test("every operation asks for a key, but health and what comes to a signed URL", () => {
  const open = Object.entries(routes).filter(([, route]) => route.access === "public");
  expect(open.map(([name]) => name)).toEqual(["health", "readiness", "uploadSigned"]);
});
