import {
  compileView,
  repositoryOf,
  TeselaError,
  wholeView,
  type CompiledView,
  type JoinKey,
} from "@tesela/core";
import { describe, expect, test } from "vitest";
import { spineOf } from "./spine-file.ts";

const EVERY_TIMESTAMP = [
  "TIMESTAMP",
  "TIMESTAMP_S",
  "TIMESTAMP_MS",
  "TIMESTAMP_NS",
  "TIMESTAMP WITH TIME ZONE",
];

function viewOf(name: string, joinKeys: readonly JoinKey[]): CompiledView {
  const repository = repositoryOf([
    { kind: "entity", name: "e", joinKeys },
    {
      kind: "batchSource",
      name: "s",
      batch: { format: "parquet", path: "s", timestampField: "at", dataDelay: "0s" },
    },
  ]);
  return compileView(
    {
      kind: "batchFeatureView",
      name,
      entities: ["e"],
      sources: [{ parameter: "s", source: "s" }],
      transform: { sql: "select * from s" },
      timestampField: "at",
      features: [{ kind: "attribute", name: "v", type: "int64" }],
      batchSchedule: "1d",
      featureStartTime: "2024-01-02T00:00:00Z",
      online: true,
      offline: true,
    },
    repository,
    { columns: [], normalizedSql: "", parsedForm: "" },
  );
}

const users = viewOf("users", [{ name: "user_id", type: "int64" }]);
const shops = viewOf("shops", [{ name: "shop", type: "string" }]);

/** Columns from text such as `user_id BIGINT, at TIMESTAMP`. */
function columns(text: string) {
  return text.split(", ").map((column) => {
    const [name = "", ...type] = column.split(" ");
    return { name, type: type.join(" ") };
  });
}

function spine(text: string, timestampKey: string | null = null, views: readonly CompiledView[] = [users]) {
  return spineOf(
    "spine.parquet",
    columns(text),
    views.map((view) => wholeView(view)),
    timestampKey,
  );
}

function refusal(...of: Parameters<typeof spine>): TeselaError {
  try {
    spine(...of);
  } catch (error) {
    if (error instanceof TeselaError) return error;
  }
  throw new Error("the spine was accepted");
}

describe("TIME T10: the timestamp column is inferred when exactly one column has a timestamp type", () => {
  test.each(EVERY_TIMESTAMP)("%s", (type) => {
    expect(spine(`user_id BIGINT, note VARCHAR, at ${type}`)).toEqual({
      path: "spine.parquet",
      columns: [
        { name: "user_id", duckdbType: "BIGINT" },
        { name: "note", duckdbType: "VARCHAR" },
        { name: "at", duckdbType: type },
      ],
      timestampKey: "at",
    });
  });

  test("neither a date nor a list of timestamps is one", () => {
    expect(spine("user_id BIGINT, born DATE, seen TIMESTAMP[], at TIMESTAMP").timestampKey).toBe("at");
  });

  test("without one the spine is refused", () => {
    const error = refusal("user_id BIGINT, born DATE, at VARCHAR");
    expect(error.code).toBe("VALIDATION");
    expect(error.message).toBe("The spine does not fit: no column has a timestamp type.");
    expect(error.problems).toEqual([
      {
        path: "timestampKey",
        message: "no column has a timestamp type",
        fix: "Name the column with timestampKey.",
      },
    ]);
  });

  test("with two of them timestampKey is required, and the refusal names both", () => {
    const text = "user_id BIGINT, at TIMESTAMP, seen TIMESTAMP WITH TIME ZONE";
    expect(refusal(text).message).toBe(
      "The spine does not fit: several columns have a timestamp type: at, seen.",
    );
    expect(spine(text, "seen").timestampKey).toBe("seen");
  });
});

describe("timestampKey names a column of a timestamp type", () => {
  test("a date is one when it is named", () => {
    expect(spine("user_id BIGINT, day DATE", "day").timestampKey).toBe("day");
  });

  test("a column that is not there is refused, with those that could be meant", () => {
    const { message, problems } = refusal("user_id BIGINT, at TIMESTAMP", "AT");
    expect(message).toBe('The spine does not fit: there is no column "AT".');
    expect(problems[0]).toMatchObject({ path: "timestampKey", fix: "Columns with a timestamp type: at." });
  });

  test("a column of another type is refused, with its type", () => {
    const { message, problems } = refusal("user_id BIGINT, at VARCHAR", "at");
    expect(message).toBe('The spine does not fit: column "at" is VARCHAR.');
    expect(problems[0]!.fix).toBe("Columns with a timestamp type: none.");
  });
});

describe("join keys", () => {
  test("a missing one is refused, with the view that needs it and what the spine has", () => {
    const { code, problems } = refusal("User_id BIGINT, at TIMESTAMP");
    expect(code).toBe("VALIDATION");
    expect(problems).toEqual([
      {
        path: "spine.user_id",
        message: 'there is no column "user_id", a join key of feature view "users"',
        fix: "The spine has: User_id, at.",
      },
    ]);
  });

  test.each(["VARCHAR", "DOUBLE", "DECIMAL(18,0)", "BLOB", "BIGINT[]"])(
    "TIME T9: an int64 key is never taken from %s",
    (type) => {
      expect(refusal(`user_id ${type}, at TIMESTAMP`).message).toContain(
        `column "user_id" is ${type}, feature view "users" expects int64`,
      );
    },
  );

  test("every integer type is an int64 key", () => {
    for (const type of ["TINYINT", "INTEGER", "BIGINT", "UBIGINT", "HUGEINT"]) {
      expect(spine(`user_id ${type}, at TIMESTAMP`).timestampKey).toBe("at");
    }
  });

  test("a text key is never taken from an integer", () => {
    expect(refusal("shop BIGINT, at TIMESTAMP", null, [shops]).message).toContain(
      'column "shop" is BIGINT, feature view "shops" expects string',
    );
  });
});

describe("names", () => {
  test.each(["__time", "__", "__row", "file_row_number", "FILE_ROW_NUMBER"])("%s is reserved", (name) => {
    const { problems } = refusal(`user_id BIGINT, at TIMESTAMP, ${name} BIGINT`);
    expect(problems).toEqual([
      { path: `spine.${name}`, message: `the column name "${name}" is reserved`, fix: "Rename the column." },
    ]);
  });

  test("one underscore is not", () => {
    expect(spine("user_id BIGINT, at TIMESTAMP, _row BIGINT").columns).toHaveLength(3);
  });
});

test("every problem is told at once, over all views", () => {
  const { problems, message } = refusal("__x BIGINT, user_id VARCHAR", null, [users, shops]);
  expect(problems.map(({ path }) => path)).toEqual([
    "spine.__x",
    "spine.user_id",
    "spine.shop",
    "timestampKey",
  ]);
  for (const problem of problems) expect(message).toContain(problem.message);
});
