import { describe, expect, test } from "vitest";
import { parseCommandLine } from "./parse.ts";

function invocationOf(line: string): unknown {
  const parsed = parseCommandLine(line.split(" "));
  return parsed.kind === "command"
    ? parsed.invocation
    : { code: parsed.kind === "exit" ? parsed.code : null };
}

describe("run", () => {
  test("what is left out is left to the server", () => {
    expect(invocationOf("run v")).toEqual({
      command: "run",
      view: "v",
      definitions: null,
      output: null,
      mocks: {},
      options: {},
    });
  });

  test("mocks are named, the rest is read", () => {
    const line =
      "run v --start 2024-05-01 --end 2024-05-02 --level partial --mock a=x.csv --mock b=y=z.csv --definitions f.ts -o o.csv";
    expect(invocationOf(line)).toEqual({
      command: "run",
      view: "v",
      definitions: "f.ts",
      output: "o.csv",
      mocks: { a: "x.csv", b: "y=z.csv" },
      options: {
        startTime: "2024-05-01T00:00:00Z",
        endTime: "2024-05-02T00:00:00Z",
        aggregationLevel: "partial",
      },
    });
  });

  test.each([
    "run",
    "run v --mock x.csv",
    "run v --mock a=x --mock a=y",
    "run v --level whole",
    "run v --start x",
  ])("tesela %s is misuse", (line) => {
    expect(invocationOf(line)).toEqual({ code: 2 });
  });
});

describe("explain", () => {
  test("takes the options of a historical read with a spine, and a row", () => {
    const line =
      "explain v w --spine s.csv --timestamp-key t --row 3 --sql --no-from-source --embargo 1h --on-missing skip";
    expect(invocationOf(line)).toEqual({
      command: "explain",
      views: ["v", "w"],
      service: null,
      spine: "s.csv",
      options: { timestampKey: "t", row: 3, fromSource: false, embargo: "1h", onMissing: "skip" },
      isSqlShown: true,
    });
  });

  test("a feature service", () => {
    expect(invocationOf("explain --service f --spine s.csv")).toMatchObject({
      views: [],
      service: "f",
      options: {},
      isSqlShown: false,
    });
  });

  test.each([
    "explain v --spine s.csv --row -1",
    "explain v --spine s.csv --row x",
    "explain v --start 2024-01-01",
  ])("tesela %s is misuse", (line) => {
    expect(invocationOf(line)).toEqual({ code: 2 });
  });
});
