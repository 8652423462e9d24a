import {
  repositoryOf,
  resolveTable,
  type BatchFeatureViewDefinition,
  type Definition,
  type EntityDefinition,
  type ResolvedView,
} from "@tesela/core";
import { expect, test } from "vitest";
import {
  airport,
  arrivals,
  delays,
  flights,
  gates,
  landed,
  landings,
  resolvedDelays as resolved,
} from "../testing/definitions.ts";
import { diff } from "./diff.ts";
import { viewsToCheck } from "./views-to-check.ts";

const all = [airport, flights, delays];

function state(definitions: readonly Definition[], found: ResolvedView = resolved) {
  return { revision: 1n, repository: repositoryOf(definitions), resolved: new Map([["delays", found]]) };
}

function changes(
  wanted: readonly Definition[],
  found: ResolvedView = resolved,
  before: readonly Definition[] = all,
) {
  return diff(state(before), state(wanted, found)).changes.map(
    ({ action, name, reasons, isDestructive }) => ({
      action,
      name,
      reasons,
      isDestructive,
    }),
  );
}

function changeOfView(patch: Partial<BatchFeatureViewDefinition>, found: ResolvedView = resolved) {
  return changes([airport, flights, { ...delays, ...patch }], found)[2];
}

test("what is new is created, ordered by kind and name, with a fingerprint", () => {
  const plan = diff({ revision: 0n, repository: repositoryOf([]), resolved: new Map() }, state(all));
  expect(plan.changes.map(({ action, kind, name }) => [action, kind, name])).toEqual([
    ["create", "entity", "airport"],
    ["create", "batchSource", "flights"],
    ["create", "batchFeatureView", "delays"],
  ]);
  expect(plan.writes).toEqual([
    expect.objectContaining({ action: "create", name: "airport", resolved: null }),
    expect.objectContaining({ action: "create", name: "flights", resolved: null }),
    expect.objectContaining({ action: "create", name: "delays", definition: delays, resolved }),
  ]);
  for (const write of plan.writes)
    expect(write).toHaveProperty("fingerprint", expect.stringMatching(/^[0-9a-f]{64}$/));
});

test("the same definitions change nothing and write nothing", () => {
  const plan = diff(state(all), state(all));
  expect(plan.changes.map(({ action }) => action)).toEqual(["none", "none", "none"]);
  expect(plan.writes).toEqual([]);
});

test.each<[string, Partial<BatchFeatureViewDefinition>]>([
  ["description", { description: "of flights" }],
  ["owner", { owner: "ann" }],
  ["tags", { tags: { team: "air" } }],
  ["online", { online: false }],
  ["offline", { offline: false }],
])("a view's %s changes in place", (field, patch) => {
  expect(changeOfView(patch)).toMatchObject({
    action: "update",
    isDestructive: false,
    reasons: [expect.stringContaining(`${field}: `)],
  });
});

test.each<[string, Partial<BatchFeatureViewDefinition>]>([
  ["features", { features: [{ kind: "attribute", name: "delay", type: "float64" }] }],
  ["batchSchedule", { batchSchedule: "2d" }],
  ["featureStartTime", { featureStartTime: "2001-01-02" }],
  ["ttl", { ttl: "8d" }],
  ["timestampField", { timestampField: "at" }],
  ["createdTimestampField", { createdTimestampField: "created" }],
])("another %s recreates the view, which is destructive", (field, patch) => {
  expect(changeOfView(patch)).toMatchObject({
    action: "recreate",
    isDestructive: true,
    reasons: [expect.stringContaining(`${field}: `)],
  });
});

test("an earlier feature start adds ranges in place, unless online answers reach back to it", () => {
  const earlier = { featureStartTime: "2000-12-01" };
  expect(changeOfView(earlier)?.action).toBe("update");
  const forever = (more: object) => {
    const { ttl: _, ...view } = { ...delays, ...more };
    return state([airport, flights, view]);
  };
  expect(diff(forever({}), forever(earlier)).changes.at(-1)?.action).toBe("recreate");
  const offline = { online: false };
  expect(diff(forever(offline), forever({ ...earlier, ...offline })).changes.at(-1)?.action).toBe("update");
});

test("SQL of the same parsed form is updated in place, another form recreates", () => {
  const transform = { sql: "select origin, date, delay -- all\nfrom flights" };
  expect(changeOfView({ transform })).toMatchObject({
    action: "update",
    reasons: ["transform: white space or comments only"],
  });
  expect(changeOfView({ transform }, { ...resolved, parsedForm: "{other}" })).toMatchObject({
    action: "recreate",
    reasons: ["transform: its SQL means something else"],
  });
});

test("a column of another type recreates the view, a further column does not", () => {
  const [origin, date, delay] = resolved.columns;
  const double = { name: "delay", duckdbType: "DOUBLE", type: "float64" } as const;
  expect(changeOfView({}, { ...resolved, columns: [origin!, date!, double] })).toMatchObject({
    action: "recreate",
    reasons: ['column "delay": it is DOUBLE, was BIGINT'],
  });
  const more = { name: "distance", duckdbType: "BIGINT", type: "int64" } as const;
  expect(changeOfView({}, { ...resolved, columns: [origin!, date!, delay!, more] })?.action).toBe("none");
});

test("other files of a source, or other join keys, recreate the views that use them", () => {
  const moved = { ...flights, batch: { ...flights.batch, path: "other.parquet" } };
  expect(changes([airport, moved, delays])).toMatchObject([
    { action: "none" },
    { action: "update", name: "flights", isDestructive: false },
    {
      action: "recreate",
      name: "delays",
      isDestructive: true,
      reasons: ['data source "flights": path: "flights.parquet" becomes "other.parquet"'],
    },
  ]);
  const renamed: EntityDefinition = { ...airport, joinKeys: [{ name: "dest", type: "string" }] };
  expect(changes([renamed, flights, delays])[2]).toMatchObject({ action: "recreate" });
});

test("another data delay changes in place, and no view with it", () => {
  const later = { ...flights, batch: { ...flights.batch, dataDelay: "3h" } };
  expect(changes([airport, later, delays])).toMatchObject([
    { action: "none" },
    { action: "update", reasons: ['dataDelay: "2h" becomes "3h"'] },
    { action: "none" },
  ]);
});

test("what is no longer declared is deleted; deleting a view is destructive", () => {
  expect(changes([])).toMatchObject([
    { action: "delete", name: "airport", isDestructive: false },
    { action: "delete", name: "flights", isDestructive: false },
    { action: "delete", name: "delays", isDestructive: true },
  ]);
});

test("metadata and white space do not count for the fingerprint, meaning does", () => {
  const fingerprint = (patch: Partial<BatchFeatureViewDefinition>, found = resolved) => {
    const empty = { revision: 0n, repository: repositoryOf([]), resolved: new Map<string, ResolvedView>() };
    const [write] = diff(empty, state([{ ...delays, ...patch }], found)).writes;
    return write?.action === "delete" ? null : write?.fingerprint;
  };
  const base = fingerprint({});
  expect(fingerprint({ owner: "ann", transform: { sql: "select  *" } })).toBe(base);
  expect(fingerprint({ ttl: "1d" })).not.toBe(base);
  expect(fingerprint({}, { ...resolved, parsedForm: "{other}" })).not.toBe(base);
});

test("only new transformations, and those whose text or files changed, go to a worker", () => {
  const names = (wanted: readonly Definition[], before: readonly Definition[] = all) =>
    viewsToCheck(state(before), repositoryOf(wanted)).map(({ name }) => name);
  expect(names(all, [])).toEqual(["delays"]);
  expect(names(all)).toEqual([]);
  expect(names([airport, flights, { ...delays, owner: "ann", ttl: "1d" }])).toEqual([]);
  expect(names([airport, flights, { ...delays, transform: { sql: "select 1" } }])).toEqual(["delays"]);
  expect(
    names([airport, { ...flights, batch: { ...flights.batch, path: "other.parquet" } }, delays]),
  ).toEqual(["delays"]);
});

test("a view of an undeclared source, or of empty SQL, is left to the checks of structure", () => {
  const before: Definition[] = [];
  expect(viewsToCheck(state(before), repositoryOf([airport, delays]))).toEqual([]);
  expect(
    viewsToCheck(state(before), repositoryOf([flights, { ...delays, transform: { sql: " " } }])),
  ).toEqual([]);
});

/** All kinds, with what checks and declarations say of the views. */
function everyKind(definitions: readonly Definition[]) {
  const repository = repositoryOf(definitions);
  const views = [...repository.views.values()].map((view): [string, ResolvedView] => [
    view.name,
    view.kind === "featureTable" ? resolveTable(view, repository) : resolved,
  ]);
  return { revision: 1n, repository, resolved: new Map(views) };
}

const every = [airport, flights, landings, delays, landed, gates, arrivals];

function changesOfEvery(wanted: readonly Definition[], before: readonly Definition[] = every) {
  const { changes: found } = diff(everyKind(before), everyKind(wanted));
  return found
    .filter(({ action }) => action !== "none")
    .map(({ action, kind, name, reasons }) => ({
      change: `${action} ${kind} ${name}`,
      reasons,
    }));
}

test("every kind is created in the order in which it can stand, and then nothing changes", () => {
  expect(changesOfEvery(every, []).map(({ change }) => change)).toEqual([
    "create entity airport",
    "create batchSource flights",
    "create streamSource landings",
    "create batchFeatureView delays",
    "create streamFeatureView landed",
    "create featureTable gates",
    "create featureService arrivals",
  ]);
  expect(changesOfEvery(every)).toEqual([]);
});

test("a service changes in place, also where a view that it reads is recreated, and its end destroys nothing", () => {
  const views = [{ view: "delays" }];
  const others = every.filter((one) => one !== arrivals);
  expect(changesOfEvery([...others, { ...arrivals, views }])).toMatchObject([
    { change: "update featureService arrivals", reasons: [expect.stringMatching(/^views: .* becomes /)] },
  ]);
  const changed = every.map((one) => (one === delays ? { ...delays, ttl: "9d" } : one));
  expect(changesOfEvery(changed).map(({ change }) => change)).toEqual(["recreate batchFeatureView delays"]);
  expect(diff(everyKind(every), everyKind(others)).changes.at(-1)).toMatchObject({
    action: "delete",
    kind: "featureService",
    isDestructive: false,
  });
});

test("a feature table's fields and its entity's keys recreate it, its stores and metadata do not", () => {
  const withTable = (patch: Partial<typeof gates>) =>
    changesOfEvery(every.map((one) => (one === gates ? { ...gates, ...patch } : one)));
  expect(withTable({ online: false, owner: "ann" })).toMatchObject([{ change: "update featureTable gates" }]);
  expect(withTable({ ttl: "1d" })).toMatchObject([{ change: "recreate featureTable gates" }]);
  const double: EntityDefinition = {
    ...airport,
    joinKeys: [...airport.joinKeys, { name: "gate_id", type: "int64" }],
  };
  const renamed = every.map((one) => (one === airport ? double : one));
  expect(changesOfEvery(renamed).map(({ change }) => change)).toContain("recreate featureTable gates");
});

test("the files of a stream's batch log recreate its views, its data delay does not", () => {
  const withLog = (patch: Partial<typeof landings.batch>) =>
    changesOfEvery(
      every.map((one) => (one === landings ? { ...landings, batch: { ...landings.batch, ...patch } } : one)),
    ).map(({ change }) => change);
  expect(withLog({ dataDelay: "3h" })).toEqual(["update streamSource landings"]);
  expect(withLog({ format: "csv", columns: [{ name: "date", type: "timestamp" }] })).toEqual([
    "update streamSource landings",
    "recreate streamFeatureView landed",
  ]);
});

test("T16 running once per batch window recreates a view, and its SQL is checked again", () => {
  const incremental = { ...delays, incrementalBackfills: true };
  expect(changeOfView({ incrementalBackfills: true })).toMatchObject({ action: "recreate" });
  const [check] = viewsToCheck(state(all), repositoryOf([airport, flights, incremental]));
  expect(check).toMatchObject({ name: "delays", isRowWise: false });
});

test("a name that comes back as another kind is deleted first, then created", () => {
  const table: Definition = { ...gates, name: "delays" };
  const plan = diff(everyKind([airport, flights, delays]), everyKind([airport, flights, table]));
  expect(plan.changes.map(({ action, kind }) => `${action} ${kind}`)).toEqual([
    "none entity",
    "none batchSource",
    "delete batchFeatureView",
    "create featureTable",
  ]);
  expect(plan.writes.map(({ action, kind }) => `${action} ${kind}`)).toEqual([
    "delete batchFeatureView",
    "create featureTable",
  ]);
  const before = everyKind([airport, landings]);
  const source: Definition = { ...flights, name: "landings" };
  expect(
    diff(before, everyKind([airport, source])).writes.map(({ action, kind }) => `${action} ${kind}`),
  ).toEqual(["delete streamSource", "create batchSource"]);
});

test("a stream's SQL goes to a worker as row-wise, a feature table has none to check", () => {
  const empty = { revision: 0n, repository: repositoryOf([]), resolved: new Map<string, ResolvedView>() };
  expect(viewsToCheck(empty, repositoryOf(every)).map(({ name, isRowWise }) => [name, isRowWise])).toEqual([
    ["delays", true],
    ["landed", true],
  ]);
});
