import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { parseLocation } from "./location.ts";

describe("the URL of an offline store", () => {
  it("is an absolute folder or a file: URL for the local disk", () => {
    expect(parseLocation("/var/lib/tesela")).toEqual({ kind: "local", directory: "/var/lib/tesela" });
    expect(parseLocation("file:///var/with%20space")).toEqual({
      kind: "local",
      directory: "/var/with space",
    });
  });

  it("is an s3: URL with bucket, prefix and parameters", () => {
    const url = "s3://features/team/a?endpoint=http://localhost:9000&region=eu-west-1&forcePathStyle=true";
    expect(parseLocation(url)).toEqual({
      kind: "s3",
      bucket: "features",
      prefix: "team/a/",
      endpoint: "http://localhost:9000",
      region: "eu-west-1",
      isPathStyle: true,
    });
  });

  it("leaves endpoint and region to AWS when they are not given", () => {
    const aws = {
      kind: "s3",
      bucket: "features",
      prefix: "",
      endpoint: null,
      region: null,
      isPathStyle: false,
    };
    expect(parseLocation("s3://features")).toEqual(aws);
    expect(parseLocation("s3://features/")).toEqual(aws);
  });

  it.each([
    "relative/folder",
    "http://example.com/",
    "s3:///prefix",
    "s3://bucket/a b",
    "s3://bucket?forcePathStyle=yes",
    "s3://bucket?secretAccessKey=abc",
    "s3://bucket?endpoint=localhost:9000",
    "file://elsewhere.example/%2f",
  ])("%j is refused", (url) => {
    expect(() => parseLocation(url)).toThrow(expect.objectContaining({ code: "VALIDATION" }));
  });

  it.each([
    "s3://key:hunter2@bucket",
    "s3://bucket?endpoint=http://key:hunter2@host",
    "hunter2",
    "s3://b?hunter2",
  ])("is never repeated in an error: %#", (url) =>
    expect(errorOf(() => parseLocation(url))).not.toContain("hunter2"),
  );
});

function errorOf(run: () => unknown): string {
  try {
    return `no error: ${JSON.stringify(run())}`;
  } catch (error) {
    return inspect(error, { depth: 9 }).replaceAll(/^ +at .*$/gm, "");
  }
}
