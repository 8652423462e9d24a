import { TeselaError } from "@tesela/core";
import { describe, expect, test } from "vitest";
import { printError } from "./print-error.ts";
import { toJson } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

function recorded(isJson: boolean, error: unknown, isDebug = false): { out: string[]; err: string[] } {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal: Terminal = {
    isJson,
    isInteractive: false,
    result: (data, text) => void out.push(isJson ? toJson(data) : text),
    note: (text) => void err.push(text),
    confirm: () => Promise.resolve(false),
  };
  printError(terminal, error, isDebug);
  return { out, err };
}

const error = new TeselaError("VALIDATION", "The view is wrong.", {
  fix: "Mend it.",
  problems: [
    { path: "a", message: "is missing" },
    { path: "b", message: "is odd", fix: "Make it even." },
  ],
});

describe("an error", () => {
  test("is its message, its problems and its fix on standard error, without a stack", () => {
    expect(recorded(false, error)).toEqual({
      out: [],
      err: ["error: The view is wrong.", "  a: is missing\n  b: is odd (Make it even.)", "fix: Mend it."],
    });
  });

  test("is one JSON object on standard output for a machine", () => {
    const { out, err } = recorded(true, error);
    expect(err).toEqual([]);
    expect(JSON.parse(out.join(""))).toMatchObject({
      error: {
        code: "VALIDATION",
        message: "The view is wrong.",
        fix: "Mend it.",
        problems: [{ path: "a" }, { path: "b" }],
      },
    });
  });

  test("shows its stack and its cause only when debugging", () => {
    const wrapped = new TeselaError("INTERNAL", "outer", { cause: new Error("inner") });
    expect(recorded(false, wrapped).err.join("\n")).not.toContain("print-error.test.ts");
    expect(recorded(false, wrapped, true).err.join("\n")).toMatch(
      /outer[\s\S]*caused by Error: inner[\s\S]*print-error\.test\.ts/,
    );
  });
});
