import { parseInstant } from "@tesela/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { airport, delays, flights } from "../testing/definitions.ts";
import { startTestServer, type SecondServer, type TestServer } from "../testing/server.ts";
import { startChecker } from "../testing/worker.ts";
import { STYLESHEET_PATH } from "./stylesheet.ts";

const EVIL = "<script>alert(1)</script>";
const VIEW = "/console/workspaces/prod/feature-views/delays";

let server: TestServer;
let site: SecondServer;
let workspaceId: number;
let jobId: string;

beforeAll(async () => {
  server = await startTestServer();
  site = await server.startSecond({ authenticationFailuresPerMinute: 20 });
  await startChecker(server);
  await server.registry.clock.freeze(parseInstant("2001-01-10T12:00:00Z"));
  const described = { ...delays, description: `late ${EVIL}`, owner: "ann", tags: { [EVIL]: "x" } };
  await server.admin.call(
    "apply",
    { workspace: "prod" },
    { body: { definitions: [airport, flights, described] } },
  );
  workspaceId = (await server.registry.workspaces.get("prod")).id;
  const body = { startTime: "2001-01-01", endTime: "2001-01-03" };
  const answer = await server.admin.call("triggerJob", { workspace: "prod", name: "delays" }, { body });
  jobId = (answer.body as { job: { id: string } }).job.id;
});
afterAll(async () => {
  await site.close();
  await server.stop();
});

interface Sent {
  readonly cookie?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

async function open(path: string, { cookie = "", form, headers }: Sent = {}) {
  const response = await fetch(site.url + path, {
    redirect: "manual",
    headers: { cookie, ...headers },
    ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
  });
  const location = response.headers.get("location");
  return { status: response.status, location, headers: response.headers, text: await response.text() };
}

async function logIn(key: string): Promise<string> {
  const { headers } = await open("/console/login", { form: { key } });
  return headers.get("set-cookie")!.split(";")[0]!;
}

const csrfIn = (text: string): string => /name="csrf" value="([^"]+)"/.exec(text)![1]!;

test("without a session a page leads to the login and back; a form is not repeated", async () => {
  const asked = await open(`${VIEW}?x=1`);
  expect(asked).toMatchObject({
    status: 303,
    location: `/console/login?next=${encodeURIComponent(`${VIEW}?x=1`)}`,
  });
  const login = await open(asked.location!);
  expect(login.text).toContain(`name="next" value="${VIEW}?x=1"`);
  const done = await open("/console/login", { form: { key: server.adminKey, next: `${VIEW}?x=1` } });
  expect(done).toMatchObject({ status: 303, location: `${VIEW}?x=1` });
  const late = await open(`/console/workspaces/prod/jobs/${jobId}/cancel`, { form: { csrf: "x" } });
  expect(late).toMatchObject({ status: 303, location: "/console/login" });
});

test("the cookie is for the console alone, no script reads it, and it goes to no other site", async () => {
  const { headers } = await open("/console/login", { form: { key: server.adminKey } });
  const cookie = headers.get("set-cookie")!;
  expect(cookie).toMatch(/^tesela_console=[\w-]{43}; Path=\/console; HttpOnly; SameSite=Strict$/);
  const origin = site.url.replace("http:", "https:");
  const secure = await open("/console/login", { form: { key: server.adminKey }, headers: { origin } });
  expect(secure.headers.get("set-cookie")).toContain("; Secure;");
});

test("every page forbids scripts, frames and keeping; the stylesheet alone may be kept", async () => {
  for (const path of ["/console/login", "/console/workspaces", "/console/nowhere"]) {
    const { headers } = await open(path, { cookie: await logIn(server.readerKey) });
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'.*frame-ancestors 'none'$/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
  }
  const style = await open(STYLESHEET_PATH);
  expect(style.headers.get("content-type")).toContain("text/css");
  expect(style.headers.get("cache-control")).toContain("immutable");
});

test("a bad key makes no session; too many from an address have to wait, good ones too", async () => {
  const strict = await server.startSecond({ authenticationFailuresPerMinute: 2 });
  const attempt = async (key: string) => {
    const body = new URLSearchParams({ key });
    const options = { method: "POST", body, redirect: "manual" } as const;
    return (await fetch(`${strict.url}/console/login`, options)).status;
  };
  const statuses = [
    await attempt("no"),
    await attempt(`${server.adminKey}x`),
    await attempt(server.adminKey),
  ];
  await strict.close();
  expect(statuses).toEqual([401, 401, 429]);
});

test("a login that another site's page sends is refused", async () => {
  const form = { key: server.adminKey };
  const answer = await open("/console/login", { form, headers: { origin: "https://evil.example" } });
  expect(answer.status).toBe(403);
  expect(answer.headers.get("set-cookie")).toBeNull();
});

test("the page of a view tells its definition, ranges, jobs and freshness; what users wrote stays text", async () => {
  const { status, text } = await open(VIEW, { cookie: await logIn(server.readerKey) });
  expect(status).toBe(200);
  expect(text).not.toContain(EVIL);
  expect(text).toContain("late &lt;script&gt;");
  for (const told of [
    "select origin, date, delay from flights",
    "airport",
    "flights",
    "ann",
    "int64",
    jobId,
  ]) {
    expect(text).toContain(told);
  }
  expect(text).toMatch(/Waiting\s*<\/span[^]*?2001-01-01 00:00:00 UTC[^]*?2001-01-03/);
  expect(text).toMatch(/Missing\s*<\/span/);
});

test("its address is the url that the API gives", async () => {
  const { body } = await site.client.call("getFeatureView", { workspace: "prod", name: "delays" });
  expect(body).toMatchObject({ featureView: { url: site.url + VIEW } });
});

test("a reader sees a job and can do nothing about it, with a form of its own making neither", async () => {
  const cookie = await logIn(server.readerKey);
  const { text } = await open(`/console/workspaces/prod/jobs/${jobId}`, { cookie });
  expect(text).toContain("Pending");
  expect(text).not.toContain("Cancel the job");
  const form = { csrf: csrfIn(text) };
  expect((await open(`/console/workspaces/prod/jobs/${jobId}/cancel`, { cookie, form })).status).toBe(403);
});

test("a job is cancelled and tried again by forms that carry the session's token", async () => {
  const [cookie, other] = [await logIn(server.adminKey), await logIn(server.adminKey)];
  const page = `/console/workspaces/prod/jobs/${jobId}`;
  const stateNow = async () => (await server.registry.jobs.get(workspaceId, jobId)).state;
  const foreign = csrfIn((await open(page, { cookie: other })).text);
  for (const csrf of ["", "wrong", foreign]) {
    expect((await open(`${page}/cancel`, { cookie, form: { csrf } })).status).toBe(403);
  }
  expect(await stateNow()).toBe("PENDING");
  const form = { csrf: csrfIn((await open(page, { cookie })).text) };
  expect(await open(`${page}/cancel`, { cookie, form })).toMatchObject({ status: 303, location: page });
  expect(await stateNow()).toBe("MANUALLY_CANCELLED");
  const view = await open(VIEW, { cookie });
  expect(view.text).toMatch(/Cancelled\s*<\/span[^]*?2001-01-01 00:00:00 UTC/);
  expect((await open(`${page}/retry`, { cookie, form })).status).toBe(303);
  expect(await stateNow()).toBe("MANUAL_RETRY");
  expect((await open(`${page}/retry`, { cookie, form })).status).toBe(409);
});

test("the page of a job tells its attempts, their errors and their logs", async () => {
  const { attempts, jobs } = server.registry;
  const { waitingAttempt } = await jobs.get(workspaceId, jobId);
  await attempts.claim(waitingAttempt!.id, waitingAttempt!.fence, "worker-7", 60_000);
  await attempts.log(waitingAttempt!.id, [{ at: new Date(0), level: "error", message: `reading ${EVIL}` }]);
  const failure = { code: "SOURCE_MISSING", message: "no such file" } as const;
  await attempts.fail(waitingAttempt!.id, waitingAttempt!.fence, failure);
  const { text } = await open(`/console/workspaces/prod/jobs/${jobId}`, {
    cookie: await logIn(server.adminKey),
  });
  for (const told of ["Failure", "worker-7", "SOURCE_MISSING: no such file", "reading &lt;script&gt;"]) {
    expect(text).toContain(told);
  }
  expect(text).toContain("Try the job again");
});

test("a key of one workspace sees its pages and no others", async () => {
  const { secret } = await server.registry.apiKeys.create({ name: "p", role: "reader", workspace: "other" });
  const cookie = await logIn(secret);
  expect((await open("/console/workspaces", { cookie })).text).not.toContain("prod");
  for (const path of ["/console/workspaces/prod", VIEW, `/console/workspaces/prod/jobs/${jobId}`]) {
    expect((await open(path, { cookie })).status).toBe(403);
  }
});

test("logging out ends the session; revoking the key ends all of its sessions at once", async () => {
  const made = await server.registry.apiKeys.create({ name: "b", role: "reader" });
  const [first, second] = [await logIn(made.secret), await logIn(made.secret)];
  const { text } = await open("/console/workspaces", { cookie: first });
  const form = { csrf: csrfIn(text) };
  expect((await open("/console/logout", { cookie: first, form: { csrf: "x" } })).status).toBe(403);
  expect((await open("/console/logout", { cookie: first, form })).status).toBe(303);
  expect((await open("/console/workspaces", { cookie: first })).status).toBe(303);
  expect((await open("/console/workspaces", { cookie: second })).status).toBe(200);
  await server.registry.apiKeys.revoke(made.id);
  expect((await open("/console/workspaces", { cookie: second })).status).toBe(303);
});

test("a page that is not there, a view that is not there and a form that is too large are answered with pages", async () => {
  const cookie = await logIn(server.adminKey);
  expect((await open("/console/nowhere", { cookie })).status).toBe(404);
  expect((await open(`${VIEW}x`, { cookie })).text).toContain("There is no feature view &quot;delaysx&quot;");
  expect((await open("/console/workspaces/prod/jobs/7", { cookie })).status).toBe(404);
  const large = await open("/console/login", { form: { key: "x".repeat(20_000) } });
  expect(large.status).toBe(400);
  expect(large.headers.get("content-type")).toContain("text/html");
});

test("no key and no token is ever logged", async () => {
  const cookie = await logIn(server.adminKey);
  await open("/console/workspaces", { cookie });
  expect(server.log()).not.toContain(server.adminKey);
  expect(server.log()).not.toContain(cookie.split("=")[1]);
});
