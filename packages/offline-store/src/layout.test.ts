import { micros } from "@tesela/core";
import { describe, expect, it } from "vitest";
import {
  attemptFolder,
  attemptPath,
  resultPath,
  servedLogAt,
  servedLogPath,
  spineFormatOf,
  spinePath,
} from "./layout.ts";

const address = { workspaceId: "prod", viewName: "order_totals", generation: 3, attemptId: "7f-2" };

describe("the layout of the store", () => {
  it("gives each attempt a folder of its own", () => {
    expect(attemptFolder(address)).toBe("ws/prod/order_totals/g3/a7f-2");
    expect(attemptPath(address, "part-0.parquet")).toBe("ws/prod/order_totals/g3/a7f-2/part-0.parquet");
  });

  it("gives each retrieval task a spine and a result", () => {
    expect(spinePath("t1")).toBe("retrieval/t1/spine.parquet");
    expect(spinePath("t1", "csv")).toBe("retrieval/t1/spine.csv");
    expect(resultPath("t1")).toBe("retrieval/t1/result.parquet");
  });

  it.each(["parquet", "csv", "ndjson"] as const)("tells a spine of %s by its ending", (format) => {
    expect(spineFormatOf(spinePath("t1", format))).toBe(format);
    expect(spineFormatOf(`/tmp/x.${format}.gz`)).toBeNull();
  });

  it("tells a file of served vectors by its path, with what that says", () => {
    const file = {
      workspaceId: "7",
      service: "checkout",
      id: "0b8f6c4e-0000-4000-8000-000000000001",
      first: micros(-1n),
      last: micros(1_704_067_200_000_000n),
    };
    expect(servedLogAt(servedLogPath(file))).toEqual(file);
    expect(servedLogAt(servedLogPath(file).replace("served/", "ws/"))).toBeNull();
    expect(servedLogAt("served/7/checkout/other.parquet")).toBeNull();
  });

  it.each(["größe", "日本", "a/b", "..", "", "a b", ".hidden"])("refuses %j as a name or an id", (bad) => {
    expect(() => attemptPath({ ...address, workspaceId: bad }, "f")).toThrow(
      "cannot be used as workspace id",
    );
    expect(() => attemptPath({ ...address, viewName: bad }, "f")).toThrow("cannot be used as view name");
    expect(() => attemptPath(address, bad)).toThrow("cannot be used as file name");
    expect(() => spinePath(bad)).toThrow("cannot be used as task id");
  });

  it.each(["a/b", "ü", "a b"])("refuses %j as an attempt id", (attemptId) => {
    expect(() => attemptFolder({ ...address, attemptId })).toThrow("cannot be used as attempt id");
  });
});
