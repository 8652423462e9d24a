import type { Request } from "express";
import { expect, test } from "vitest";
import { tokenOf } from "./session-cookie.ts";
import { csrfTokenOf, isCsrfTokenOf } from "./session-csrf.ts";
import { isHttps, pageAfterLogin, refuseForeignForm } from "./session-origin.ts";

function request(headers: Readonly<Record<string, string>>): Request {
  const get = (name: string): string | undefined => headers[name];
  return { get, host: headers["host"], secure: false } as unknown as Request;
}

test("a form belongs to the session whose token it was made from, and to no other", () => {
  const csrf = csrfTokenOf("token-1");
  expect(isCsrfTokenOf("token-1", csrf)).toBe(true);
  const wrong = [
    csrfTokenOf("token-2"),
    "",
    `${csrf}x`,
    "é".repeat(csrf.length),
    undefined,
    [csrf],
    "token-1",
  ];
  expect(wrong.map((given) => isCsrfTokenOf("token-1", given))).toEqual(wrong.map(() => false));
});

test("the session's cookie is found among others", () => {
  expect(tokenOf(request({ cookie: "a=1; tesela_console=abc-_; b=2" }))).toBe("abc-_");
  expect(tokenOf(request({ cookie: "xtesela_console=abc" }))).toBeNull();
  expect(tokenOf(request({}))).toBeNull();
});

test("a login leads to a page of the console, never elsewhere", () => {
  const page = "/console/workspaces/prod?x=1";
  expect(pageAfterLogin(page)).toBe(page);
  const elsewhere = [
    "https://evil.example/console/",
    "//evil.example/console/",
    "/\\evil.example",
    "/console/../v1/workspaces",
    "javascript:alert(1)",
    "/consolex/",
    undefined,
    ["/console/"],
  ];
  expect(elsewhere.map(pageAfterLogin)).toEqual(elsewhere.map(() => "/console"));
});

test("a form of another site is refused; who is no browser says nothing of a site", () => {
  const host = "tesela.example:8780";
  const refused = (headers: Readonly<Record<string, string>>, publicUrl?: string) => () =>
    refuseForeignForm(request({ host, ...headers }), publicUrl);
  expect(refused({ origin: `http://${host}` })).not.toThrow();
  expect(refused({})).not.toThrow();
  expect(refused({ origin: "https://features.example" }, "https://features.example")).not.toThrow();
  expect(refused({ origin: "https://evil.example" })).toThrow("another site");
  expect(refused({ origin: "null" })).toThrow("another site");
  expect(refused({ "sec-fetch-site": "cross-site" })).toThrow("another site");
});

test("a browser that speaks https gets a cookie for https alone, with a proxy in between too", () => {
  expect(isHttps(request({ origin: "https://features.example" }), undefined)).toBe(true);
  expect(isHttps(request({}), "https://features.example")).toBe(true);
  expect(isHttps(request({ origin: "http://127.0.0.1:8780" }), undefined)).toBe(false);
});
