import {
  declarationsOf,
  featureService,
  realtimeFeatureView,
  requestSource,
  type Definition,
  type TeselaError,
  type Workspace,
} from "@tesela/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { definitions, large, request, risk, service } from "./declarations.ts";
import { startRealtimePlatform, type RealtimePlatform } from "./start.ts";

let started: RealtimePlatform;
let workspace: Workspace;

beforeAll(async () => {
  started = await startRealtimePlatform();
  workspace = started.workspace;
});
afterAll(() => started[Symbol.asyncDispose]());

const row = (
  user_id: bigint | null,
  note: string | null,
  amount: number | null = 100,
  id: bigint | null = 7n,
) => ({
  user_id,
  ts: new Date("2024-05-02T00:00:00Z"),
  amount,
  note,
  id,
});

/** A row as a frame has it. */
const shown = <Row extends { readonly ts: Date }>(given: Row) => ({ ...given, ts: "2024-05-02T00:00:00Z" });

async function refusalOf(wanted: readonly Definition[]): Promise<TeselaError> {
  return workspace.plan(wanted).then(
    () => expect.fail("nothing was refused"),
    (error: unknown) => error as TeselaError,
  );
}

describe("history of a realtime view", () => {
  test("is its function over the spine's columns and the features at each instant, in the spine's order", async () => {
    const spine = [
      row(1n, "a"),
      row(2n, "é😀"),
      row(1n, null, null, 2n ** 62n),
      row(1n, "a", Number.NaN, null),
    ];
    const frame = await workspace.getFeatureView(risk).getHistoricalFeatures(spine, { fromSource: true });
    const rows = await frame.toRows();
    expect(rows).toEqual([
      { ...shown(spine[0]!), "risk.ratio": 2, "risk.next": 8n, "risk.text": "a/Cusco", "risk.many": true },
      { ...shown(spine[1]!), "risk.ratio": null, "risk.next": 8n, "risk.text": "é😀/-", "risk.many": false },
      {
        ...shown(spine[2]!),
        "risk.ratio": null,
        "risk.next": 2n ** 62n + 1n,
        "risk.text": "-/Cusco",
        "risk.many": true,
      },
      {
        ...shown(spine[3]!),
        "risk.ratio": Number.NaN,
        "risk.next": null,
        "risk.text": "a/Cusco",
        "risk.many": true,
      },
    ]);
    expect(frame.statistics).toEqual({ risk: { matched: 4, null: 0, reasons: {} } });
  });

  test("a row that the function fails on has nulls and is counted, the others have their values", async () => {
    const frame = await workspace
      .getFeatureView(risk)
      .getHistoricalFeatures([row(1n, "fail"), row(1n, "ok")], { fromSource: true });
    const rows = await frame.toRows();
    expect(rows.map((one) => one["risk.text"])).toEqual([null, "ok/Cusco"]);
    expect(frame.statistics).toEqual({ risk: { matched: 1, null: 1, reasons: { error: 1 } } });
  });

  test("in a service its columns stand where the service has it, under its keys and names", async () => {
    const spine = [{ ...row(2n, "n", 100.5), buyer: 1n }];
    for (const asked of [service, "service"] as const) {
      const frame = await workspace
        .getFeatureService(asked as typeof service)
        .getHistoricalFeatures(spine, { fromSource: true, onMissing: "null" });
      expect(await frame.toRows()).toEqual([
        {
          ...shown(spine[0]!),
          "r.next": 8n,
          "r.text": "n/Cusco",
          "home.city": null,
          "large.is_large": true,
        },
      ]);
      expect(frame.schema.map(({ name }) => name).slice(-4)).toEqual([
        "r.next",
        "r.text",
        "home.city",
        "large.is_large",
      ]);
    }
  });

  test("of request data alone needs no key", async () => {
    const frame = await workspace.getFeatureView(large).getHistoricalFeatures([
      { ts: new Date("2024-05-02T00:00:00Z"), amount: 101 },
      { ts: new Date("2024-05-02T00:00:00Z"), amount: null },
    ]);
    expect((await frame.toRows()).map((one) => one["large.is_large"])).toEqual([true, false]);
  });

  test("is explained: realtime, its request data, and each view that it reads", async () => {
    const explanation = await workspace
      .getFeatureView(risk)
      .explain([row(1n, "a")], { fromSource: true, row: 0 });
    expect(explanation.realtime).toEqual([
      {
        featureView: "risk",
        name: "risk",
        request: ["amount", "note", "id"],
        reads: ["spend of risk", "lives of risk"],
      },
    ]);
    expect(explanation.views.map(({ name, featureView }) => [name, featureView])).toEqual([
      ["spend of risk", "spend"],
      ["lives of risk", "home"],
    ]);
    expect(String(explanation)).toContain("risk: realtime, its function runs over the joined rows");
  });

  test("what cannot be read is refused with what to do", async () => {
    const { note: _note, ...without } = row(1n, "x");
    await expect(workspace.getFeatureView(risk).getHistoricalFeatures([without])).rejects.toMatchObject({
      code: "VALIDATION",
      message: expect.stringContaining('there is no column "note", which is request data') as string,
    });
    await expect(
      workspace
        .getFeatureView(large)
        .getHistoricalFeatures([{ ts: new Date("2024-05-02T00:00:00Z"), amount: "1" }]),
    ).rejects.toMatchObject({ message: expect.stringContaining("expects float64") as string });
    await expect(
      workspace.getFeatureService(featureService({ name: "service", views: [large] })).getHistoricalFeatures({
        startTime: "2024-05-01",
      }),
    ).rejects.toMatchObject({ message: expect.stringContaining("realtime feature view") as string });
  });
});

describe("a plan with realtime views", () => {
  test("tries their functions: what stands outside is a problem that says to move it inside", async () => {
    const RATE = 2;
    const outer = realtimeFeatureView({
      name: "outer",
      sources: { request },
      schema: { y: "float64" },
      transform: ({ request: given }) => ({ y: given.amount === null ? RATE : given.amount * RATE }),
    });
    const refused = await refusalOf([...definitions, ...declarationsOf({ outer })]);
    expect(refused.problems).toEqual([
      expect.objectContaining({
        path: 'feature view "outer".transform',
        message: expect.stringMatching(/^the function uses ".*RATE", which stands outside/) as string,
      }),
    ]);
  });

  test("changes them in place, and deletes them without destroying anything", async () => {
    const changed = realtimeFeatureView({
      name: "large",
      sources: { request: requestSource({ schema: { amount: "float64" } }) },
      schema: { is_large: "bool" },
      transform: () => ({ is_large: true }),
    });
    const rest = definitions.filter(
      ({ kind, name }) => kind !== "featureService" && name !== "large" && name !== "risk",
    );
    const { changes, isDestructive } = await workspace.plan([...rest, changed.definition]);
    expect(isDestructive).toBe(false);
    expect(changes.filter(({ action }) => action !== "none")).toMatchObject([
      { action: "update", kind: "realtimeFeatureView", name: "large" },
      { action: "delete", kind: "realtimeFeatureView", name: "risk" },
      { action: "delete", kind: "featureService", name: "service" },
    ]);
  });

  test("a realtime view over one that is not there, or with the name of another view, is refused", async () => {
    const [first] = definitions.filter(({ kind }) => kind === "realtimeFeatureView");
    const twin = { ...first!, name: "home" } as Definition;
    const lost = {
      ...large.definition,
      sources: [{ kind: "view", parameter: "x", view: "nothing" }],
    } as Definition;
    const others = definitions.filter(({ name }) => name !== "large");
    const { problems } = await refusalOf([...others, twin, lost]);
    expect(problems.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        '"home" stands more than once (letter case does not count)',
        'there is no feature view "nothing"',
      ]),
    );
  });
});
