import { DuckDBInstance } from "@duckdb/node-api";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { id } from "../sql/quote.ts";
import { hash64, hash64Sql } from "./hash64.ts";
import { md5 } from "./md5.ts";

test("MD5 is that of RFC 1321, whatever the length", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const words = Buffer.from(md5(bytes).buffer).toString("hex");
      expect(words).toBe(createHash("md5").update(bytes).digest("hex"));
    }),
  );
});

test("a hash is the same in both engines: the ends of int64, past 2^53, text by its UTF-8 bytes", async () => {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const hashed = async (values: string, type: Parameters<typeof hash64Sql>[1]): Promise<unknown> => {
    const sql = `select ${hash64Sql(id("v"), type).text} from (values ${values}) as rows(v)`;
    return (await connection.runAndReadAll(sql)).getRows().map(([hash]) => hash);
  };
  expect(await hashed("(-9223372036854775808), (9007199254740993::bigint)", "int64")).toEqual([
    hash64(-(2n ** 63n)),
    hash64(9_007_199_254_740_993n),
  ]);
  expect(await hashed("('é😀'), ('')", "string")).toEqual([hash64("é😀"), hash64("")]);
  const doubles = [0.1, 1e300, 0, 0, Number.NaN, Number.NaN, -Infinity];
  const written = "(0.1::double), (1e300), (0), ('-0.0'), ('nan'), ('inf'::double - 'inf'::double), ('-inf')";
  expect(await hashed(written, "float64")).toEqual(doubles.map(hash64));
  expect(hash64(-0)).toBe(hash64(0));
  connection.closeSync();
  instance.closeSync();
});
