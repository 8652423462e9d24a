import { describe, expect, test } from "vitest";
import { parseCommandLine } from "./parse.ts";
import type { Parsed } from "./parse.ts";

function parse(line: string): Parsed {
  return parseCommandLine(line.split(" ").filter((word) => word !== ""));
}

function invocationOf(line: string): unknown {
  const parsed = parse(line);
  return parsed.kind === "command" ? parsed.invocation : parsed;
}

const ONLINE = { isService: false, context: {}, isPartial: false };

describe("what is left out has its default", () => {
  test.each([
    ["plan", { command: "plan", file: "features.ts" }],
    ["apply", { command: "apply", file: "features.ts", planId: null, isConfirmed: false }],
    ["init", { command: "init", directory: "." }],
    ["dev", { command: "dev", clock: null, port: null }],
    ["server", { command: "server", role: "all", host: null, port: null }],
    ["worker", { command: "worker" }],
    ["api-key create --name ci", { command: "api-key create", name: "ci", role: "reader", only: null }],
    ["api-key list", { command: "api-key list" }],
  ])("tesela %s", (line, expected) => {
    expect(invocationOf(line)).toEqual(expected);
  });
});

describe("what is given is read", () => {
  test.each([
    ["apply a.ts --plan p1 --yes", { command: "apply", file: "a.ts", planId: "p1", isConfirmed: true }],
    ["dev --clock 2001-07-01 --port 0", { command: "dev", clock: "2001-07-01T00:00:00Z", port: 0 }],
    ["api-key revoke k1", { command: "api-key revoke", id: "k1" }],
    ["get-online v a=1 b=x=y", { command: "get-online", name: "v", keys: { a: "1", b: "x=y" }, ...ONLINE }],
    [
      "get-online s a=1 --service --key b=2 --partial",
      {
        command: "get-online",
        name: "s",
        isService: true,
        keys: { a: "1", b: "2" },
        context: {},
        isPartial: true,
      },
    ],
    [
      'query-online v --context n=5 --context big=9007199254740993 --context t=x --context l=["a"] --context z=null',
      {
        command: "query-online",
        name: "v",
        keys: {},
        ...ONLINE,
        context: { n: 5, big: "9007199254740993", t: "x", l: ["a"], z: null },
      },
    ],
    ["server --role feature-server", { command: "server", role: "feature-server", host: null, port: null }],
  ])("tesela %s", (line, expected) => {
    expect(invocationOf(line)).toEqual(expected);
  });

  test("options that every command has", () => {
    expect(parse("plan --json --dir /data --workspace prod")).toMatchObject({
      common: { json: true, dir: "/data", workspace: "prod" },
    });
  });
});

test("a check of consistency has what it was given, and one place where history is read", () => {
  const line = "check-consistency v --sample 10 --at 2024-05-01 --seed 3 --examples 1 --source";
  const options = { sampleSize: 10, at: "2024-05-01T00:00:00Z", seed: 3, examples: 1, fromSource: true };
  expect(invocationOf(line)).toEqual({ command: "check-consistency", view: "v", options });
  expect(invocationOf("check-consistency v --store")).toMatchObject({ options: { fromSource: false } });
  expect(parse("check-consistency v --store --source")).toMatchObject({ kind: "exit", code: 2 });
  expect(parse("check-consistency v --sample few")).toMatchObject({ kind: "exit", code: 2 });
});

describe("deleting keys", () => {
  const left = { key: null, file: null, stores: null, isConfirmed: false, isWaiting: false };
  test.each([
    [
      "keys delete v a=1 b=2 --yes",
      { ...left, command: "keys delete", view: "v", key: { a: "1", b: "2" }, isConfirmed: true },
    ],
    [
      "keys delete v --file k.ndjson --online --wait",
      {
        ...left,
        command: "keys delete",
        view: "v",
        file: "k.ndjson",
        stores: { online: true, offline: false },
        isWaiting: true,
      },
    ],
    ["keys status v --verbose", { command: "keys status", view: "v", isVerbose: true, isErrorsOnly: false }],
    ["keys verify v", { command: "keys verify", view: "v" }],
  ])("tesela %s", (line, expected) => {
    expect(invocationOf(line)).toEqual(expected);
  });

  test.each(["keys delete v", "keys delete v a=1 --file k.ndjson"])("tesela %s is misuse", (line) => {
    expect(parse(line)).toMatchObject({ kind: "exit", code: 2 });
  });
});

describe("housekeeping", () => {
  test.each([
    ["gc", { command: "gc", view: null, isDryRun: false, isWaiting: false }],
    ["gc v --dry-run", { command: "gc", view: "v", isDryRun: true, isWaiting: false }],
    ["rebuild v --wait", { command: "rebuild", view: "v", isDryRun: false, isWaiting: true }],
    ["rebuild --all --dry-run", { command: "rebuild", view: null, isDryRun: true, isWaiting: false }],
  ])("tesela %s", (line, expected) => {
    expect(invocationOf(line)).toEqual(expected);
  });

  test.each(["rebuild", "rebuild v --all"])("tesela %s is misused: one view or all of them", (line) => {
    expect(parse(line)).toMatchObject({ kind: "exit", code: 2 });
  });
});

describe("jobs", () => {
  test.each([
    ["jobs list", { command: "jobs list", view: null, filters: {}, limit: 50 }],
    [
      "jobs list v --state FAILURE --type batch --trigger schedule --start 2001-01-01 --end 2001-01-02 --limit 5",
      {
        command: "jobs list",
        view: "v",
        filters: {
          state: "FAILURE",
          type: "batch",
          trigger: "schedule",
          startTime: "2001-01-01T00:00:00Z",
          endTime: "2001-01-02T00:00:00Z",
        },
        limit: 5,
      },
    ],
    ["jobs show j", { command: "jobs show", id: "j" }],
    ["jobs cancel j --wait", { command: "jobs cancel", id: "j", isWaiting: true, timeout: null }],
    ["jobs retry j", { command: "jobs retry", id: "j", isWaiting: false, timeout: null }],
    ["jobs wait j --timeout 10m", { command: "jobs wait", id: "j", timeout: "10m" }],
    ["status v", { command: "status", view: "v", options: { verbose: false, errorsOnly: false, limit: 50 } }],
    [
      "status v --verbose --errors-only --limit 3 --sort STATUS,JOB_ID",
      {
        command: "status",
        view: "v",
        options: { verbose: true, errorsOnly: true, limit: 3, sortColumns: "STATUS,JOB_ID" },
      },
    ],
    ["gaps", { command: "gaps", view: null, isCompared: false }],
    ["gaps v --compare", { command: "gaps", view: "v", isCompared: true }],
    ["refill v --stale", { command: "refill", view: "v", range: "stale" }],
    ["refill v", { command: "refill", view: "v", range: null }],
    [
      "refill v --start 2001-01-01 --end 2001-01-02",
      {
        command: "refill",
        view: "v",
        range: { startTime: "2001-01-01T00:00:00Z", endTime: "2001-01-02T00:00:00Z" },
      },
    ],
  ])("tesela %s", (line, expected) => {
    expect(invocationOf(line)).toEqual(expected);
  });

  test.each([
    "jobs",
    "jobs show",
    "jobs list --state DONE",
    "jobs list --limit 0",
    "jobs wait j --timeout soon",
    "status",
    "refill v --start 2001-01-01",
    "refill v --start 2001-01-01 --end 2001-01-02 --stale",
  ])("tesela %s is misused", (line) => {
    expect(parse(line)).toMatchObject({ kind: "exit", code: 2 });
  });
});

describe("materialize", () => {
  const range = "materialize v --start 2001-01-01 --end 2001-02-01T00:00:00Z";

  test("names no store unless one is named", () => {
    expect(invocationOf(range)).toMatchObject({
      start: "2001-01-01T00:00:00Z",
      end: "2001-02-01T00:00:00Z",
      stores: null,
      isOverwrite: false,
      isWaiting: false,
    });
  });

  test("writes to the named store alone", () => {
    expect(invocationOf(`${range} --online --wait`)).toMatchObject({
      stores: { online: true, offline: false },
      isWaiting: true,
    });
  });
});

test("ingest t rows.csv", () => {
  expect(invocationOf("ingest t rows.csv")).toEqual({ command: "ingest", table: "t", file: "rows.csv" });
});

describe("get-historical", () => {
  const nothing = {
    command: "get-historical",
    views: [],
    service: null,
    spine: null,
    output: null,
    spineOptions: {},
    rangeOptions: {},
    options: {},
  };

  test.each([
    ["a b --spine s.csv", { views: ["a", "b"], spine: "s.csv" }],
    ["--service s --spine s.csv -o f.csv", { service: "s", spine: "s.csv", output: "f.csv" }],
    [
      "a --start 2001-01-01 --known-at event",
      { views: ["a"], rangeOptions: { startTime: "2001-01-01T00:00:00Z" }, options: { knownAt: "event" } },
    ],
    ["a --from-source", { views: ["a"], options: { fromSource: true } }],
    ["a --no-from-source", { views: ["a"], options: { fromSource: false } }],
    [
      "a --spine s.csv --timestamp-key at --on-missing skip --known-at event",
      {
        views: ["a"],
        spine: "s.csv",
        spineOptions: { timestampKey: "at", onMissing: "skip" },
        options: { knownAt: "event" },
      },
    ],
    [
      "a --start 2001-01-01 --end 2001-02-01 --entities k.csv",
      {
        views: ["a"],
        rangeOptions: {
          startTime: "2001-01-01T00:00:00Z",
          endTime: "2001-02-01T00:00:00Z",
          entities: "k.csv",
        },
      },
    ],
    [
      "a --join inclusive --embargo 2h --max-lookback a=7d --max-lookback b=1d --as-of 2001-01-01",
      {
        views: ["a"],
        options: {
          join: "inclusive",
          embargo: "2h",
          maxLookback: { a: "7d", b: "1d" },
          asOf: "2001-01-01T00:00:00Z",
        },
      },
    ],
    [
      "a --on-unmaterialized null --on-error null --max-staleness 30d",
      { views: ["a"], options: { onUnmaterialized: "null", onError: "null", maxStaleness: "30d" } },
    ],
  ])("%s", (line, expected) => {
    expect(invocationOf(`get-historical ${line}`)).toEqual({ ...nothing, ...expected });
  });

  test.each([
    ["--embargo soon", "Write a number and a unit"],
    ["--embargo 2h --embargo a=3h", "Give one duration for all views"],
    ["--on-missing drop", "Allowed choices are null, skip, error"],
    ["--as-of yesterday", "Write ISO 8601"],
  ])("%s is misuse", (line, message) => {
    const parsed = parse(`get-historical a ${line}`);
    expect(parsed.kind === "exit" && parsed.err).toContain(message);
  });
});

describe("misuse exits with 2 and says why on standard error", () => {
  test.each([
    ["", "Usage: tesela"],
    ["fly", "unknown command 'fly'"],
    ["plan --quick", "unknown option '--quick'"],
    ["materialize v --start 2001-01-01", "required option '--end <instant>' not specified"],
    ["materialize v --start monday --end 2001-01-01", "Write ISO 8601"],
    ["dev --port 70000", "Write a port"],
    ["server --role king", "Allowed choices are all, control-plane, feature-server"],
    ["get-online v origin", "Write join keys as name=value"],
    ["get-online v a=1 a=2", 'Join key "a" is given twice'],
    ["get-online v a=1 --key a=2", 'join key "a" is given twice'],
    ["get-online v --context a", "Write request data as name=value"],
    ["api-key create", "required option '--name <text>' not specified"],
    ["worker now", "too many arguments"],
  ])("tesela %s", (line, message) => {
    const parsed = parse(line);
    expect(parsed).toMatchObject({ kind: "exit", code: 2, out: "" });
    expect(parsed.kind === "exit" && parsed.err).toContain(message);
  });
});

test.each(["--help", "--version", "plan --help"])(
  "tesela %s exits with 0 and prints to standard output",
  (line) => {
    const parsed = parse(line);
    expect(parsed).toMatchObject({ kind: "exit", code: 0, err: "" });
    expect(parsed.kind === "exit" && parsed.out).not.toBe("");
  },
);
