import { formatInstant, parseInstant, type TimeRange } from "@tesela/core";
import { expect, test } from "vitest";
import { compiled, viewOf } from "../testing/views.ts";
import { agreedInstant } from "./agreed-instant.ts";

const at = parseInstant;
const view = compiled(viewOf("v", [{ kind: "attribute", name: "amount", type: "int64" }]));
const marker = (edge: string | null, retainedFrom: string | null = null) => ({
  commitSeq: 1n,
  epoch: "e",
  hidden: 0n,
  edge: edge === null ? null : at(edge),
  retainedFrom: retainedFrom === null ? null : at(retainedFrom),
});
const days = (end: string): TimeRange[] => [{ start: at("2024-01-01"), end: at(end) }];
const now = at("2024-01-05T06:00:00Z");
const base = { asked: null, now, marker: marker("2024-01-05"), live: days("2024-01-05") };

test("T12 is the clock where both stores are at their newest", () => {
  expect(agreedInstant(view, base)).toBe(now);
});

test("T12 lies before what the store that is behind has not got", () => {
  const online = { ...base, marker: marker("2024-01-04") };
  expect(formatInstant(agreedInstant(view, online))).toBe("2024-01-04T23:59:59.999999Z");
  const offline = { ...base, live: days("2024-01-03") };
  expect(formatInstant(agreedInstant(view, offline))).toBe("2024-01-03T23:59:59.999999Z");
  expect(agreedInstant(view, { ...offline, live: null })).toBe(now);
});

test("is the one that was asked for, where the online store answers it", () => {
  const asked = at("2024-01-04T12:00:00Z");
  expect(agreedInstant(view, { ...base, asked })).toBe(asked);
  const early = { ...base, asked, marker: marker("2024-01-05", "2024-01-05") };
  expect(() => agreedInstant(view, early)).toThrow(/from the bound 2024-01-05T00:00:00Z on/);
  expect(() => agreedInstant(view, { ...base, asked: at("2024-01-06") })).toThrow(/platform clock/);
});

test("there is none before the first job of either store", () => {
  expect(() => agreedInstant(view, { ...base, marker: null })).toThrow(/online/);
  expect(() => agreedInstant(view, { ...base, marker: marker(null) })).toThrow(/online/);
  expect(() => agreedInstant(view, { ...base, live: [] })).toThrow(/offline/);
});

test("T12 of a view that follows the clock it is the clock", () => {
  const table = { ...view, kind: "table" } as const;
  expect(agreedInstant(table, { ...base, marker: null, live: [] })).toBe(now);
});
