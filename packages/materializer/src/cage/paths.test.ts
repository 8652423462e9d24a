import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { resolveSourceFiles } from "./paths.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "paths-")));
const root = join(base, "root");
const other = join(base, "other");
const outside = join(base, "outside");
for (const directory of [
  join(root, "2024", "01"),
  join(root, "2024", "02"),
  other,
  outside,
  join(root, "dir.parquet"),
])
  mkdirSync(directory, { recursive: true });
for (const file of [
  "b.parquet",
  "a.parquet",
  "a[1].parquet",
  ".hidden.parquet",
  "2024/01/x.parquet",
  "2024/02/x.parquet",
])
  writeFileSync(join(root, file), "");
writeFileSync(join(other, "a.parquet"), "");
writeFileSync(join(outside, "secret.parquet"), "");
symlinkSync(join(outside, "secret.parquet"), join(root, "out.link"));
symlinkSync(outside, join(root, "outdir"));
symlinkSync(join(root, "a.parquet"), join(root, "in.link"));
symlinkSync(join(root, "nowhere"), join(root, "dangling.link"));
symlinkSync(root, join(base, "rootlink"));

afterAll(() => rmSync(base, { recursive: true }));

function names(files: readonly string[]): readonly string[] {
  return files.map((file) => file.slice(base.length + 1));
}

it.each([
  ["a.parquet", ["root/a.parquet"]],
  ["./a.parquet", ["root/a.parquet"]],
  ["*.parquet", ["root/a.parquet", "root/a[1].parquet", "root/b.parquet"]],
  ["?.parquet", ["root/a.parquet", "root/b.parquet"]],
  ["a[1].parquet", ["root/a[1].parquet"]],
  ["a[1]*", ["root/a[1].parquet"]],
  [".hid*", ["root/.hidden.parquet"]],
  ["2024/*/x.parquet", ["root/2024/01/x.parquet", "root/2024/02/x.parquet"]],
  ["2024/0?/*", ["root/2024/01/x.parquet", "root/2024/02/x.parquet"]],
  ["in.link", ["root/a.parquet"]],
  [join(root, "b.parquet"), ["root/b.parquet"]],
  [join(base, "rootlink", "b.parquet"), ["root/b.parquet"]],
])("%s names %j", async (pattern, expected) => {
  const roots = pattern.includes("rootlink") ? [join(base, "rootlink")] : [root];
  expect(names(await resolveSourceFiles(roots, pattern))).toEqual(expected);
});

it("a relative pattern is looked for in every root", async () => {
  expect(names(await resolveSourceFiles([root, other], "a.parquet"))).toEqual([
    "other/a.parquet",
    "root/a.parquet",
  ]);
});

it.each([
  ["../outside/secret.parquet", "SQL_NOT_ALLOWED"],
  ["2024/../../outside/secret.parquet", "SQL_NOT_ALLOWED"],
  [`${root}/../outside/secret.parquet`, "SQL_NOT_ALLOWED"],
  ["out.link", "SQL_NOT_ALLOWED"],
  ["*.link", "SQL_NOT_ALLOWED"],
  ["outdir/secret.parquet", "SQL_NOT_ALLOWED"],
  ["outdir/*", "SQL_NOT_ALLOWED"],
  ["a.parquet\0", "SQL_NOT_ALLOWED"],
  ["**/x.parquet", "SQL_NOT_ALLOWED"],
  [join(outside, "secret.parquet"), "SOURCE_MISSING"],
  ["/etc/passwd", "SOURCE_MISSING"],
  ["http://example.com/x.parquet", "SOURCE_MISSING"],
  ["nope.parquet", "SOURCE_MISSING"],
  ["dangling.link", "SOURCE_MISSING"],
  ["dir.parquet", "SOURCE_MISSING"],
  ["", "SOURCE_MISSING"],
])("%j is refused with %s", async (pattern, code) => {
  await expect(resolveSourceFiles([root], pattern)).rejects.toMatchObject({ code });
});

it("what matches nothing names the pattern and the roots", async () => {
  await expect(resolveSourceFiles([root], "nope/*.parquet")).rejects.toThrow(
    `"nope/*.parquet" in the source roots ${root}`,
  );
});
