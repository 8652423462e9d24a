import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startMiniS3, type MiniS3 } from "./mini-s3.ts";

let server: MiniS3;
beforeAll(async () => {
  server = await startMiniS3({ buckets: ["b"] });
});
afterAll(() => server[Symbol.asyncDispose]());

async function call(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
  const response = await fetch(`${server.endpoint}/b${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, text: await response.text(), etag: response.headers.get("etag") ?? "" };
}

describe("the S3 server of the tests", () => {
  it("writes on condition: once for if-none-match, over the named etag for if-match", async () => {
    const first = await call("PUT", "/once", { "if-none-match": "*" }, "1");
    expect(first.status).toBe(200);
    expect((await call("PUT", "/once", { "if-none-match": "*" }, "2")).status).toBe(412);
    expect((await call("PUT", "/once", { "if-match": '"other"' }, "3")).status).toBe(412);
    expect((await call("PUT", "/once", { "if-match": first.etag }, "4")).status).toBe(200);
    expect((await call("GET", "/once")).text).toBe("4");
  });

  it.each([
    ["bytes=1-2", 206, "el"],
    ["bytes=3-", 206, "lo"],
    ["bytes=-2", 206, "lo"],
    ["bytes=0-99", 206, "hello"],
  ])("answers the range %s with %d %s", async (range, status, text) => {
    await call("PUT", "/hello", {}, "hello");
    expect(await call("GET", "/hello", { range })).toMatchObject({ status, text });
  });

  it("refuses a range past the end", async () => {
    await call("PUT", "/hello", {}, "hello");
    expect((await call("GET", "/hello", { range: "bytes=5-" })).status).toBe(416);
  });

  it("lists by prefix in pages, in the order of bytes", async () => {
    for (const key of ["/l/b", "/l/a", "/l/C", "/other"]) await call("PUT", key, {}, "x");
    const first = await call("GET", "?list-type=2&prefix=l/&max-keys=2");
    expect(keysOf(first.text)).toEqual(["l/C", "l/a"]);
    const token = /<NextContinuationToken>(.*)<\/NextContinuationToken>/.exec(first.text)?.[1] ?? "";
    const second = await call("GET", `?list-type=2&prefix=l/&max-keys=2&continuation-token=${token}`);
    expect(keysOf(second.text)).toEqual(["l/b"]);
    expect(second.text).toContain("<IsTruncated>false</IsTruncated>");
  });

  it("refuses to complete an upload with a part it was not sent", async () => {
    const { text } = await call("POST", "/parts?uploads");
    const id = /<UploadId>(.*)<\/UploadId>/.exec(text)?.[1] ?? "";
    await call("PUT", `/parts?uploadId=${id}&partNumber=1`, {}, "x");
    const body = "<CompleteMultipartUpload><Part><PartNumber>2</PartNumber></Part></CompleteMultipartUpload>";
    expect(await call("POST", `/parts?uploadId=${id}`, {}, body)).toMatchObject({ status: 400 });
    expect(server.openUploads).toBe(1);
    await call("DELETE", `/parts?uploadId=${id}`);
    expect(server.openUploads).toBe(0);
  });

  it("deletes what is there and what is not", async () => {
    await call("PUT", "/gone", {}, "x");
    expect((await call("DELETE", "/gone")).status).toBe(204);
    expect((await call("DELETE", "/gone")).status).toBe(204);
    expect((await call("HEAD", "/gone")).status).toBe(404);
  });
});

function keysOf(xml: string): string[] {
  return [...xml.matchAll(/<Key>(.*?)<\/Key>/g)].map((match) => match[1] ?? "");
}
