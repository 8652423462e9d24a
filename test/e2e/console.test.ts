import { join } from "node:path";
import type { EmbeddedPlatform } from "@tesela/platform";
import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  declarationsOf,
  entity,
  parquetFiles,
  sql,
  sum,
  type Workspace,
} from "@tesela/sdk";
import { findBrowser } from "@tesela/test/support";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { writeParquet } from "./faults/duckdb.ts";
import { startTestPlatform, type TestPlatform } from "./test-platform.ts";

const EVIL = `<script>document.title="owned"</script><img src=x onerror="document.title='owned'">`;
const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
const events = batchSource({
  name: "events",
  batch: parquetFiles("events.parquet", { timestampField: "date", dataDelay: "2h" }),
});
const common = {
  entities: [user],
  sources: { events },
  timestampField: "date",
  batchSchedule: "1d",
  featureStartTime: "2024-01-11",
  batchTrigger: "manual",
  online: true,
  offline: true,
} as const;
const spent = batchFeatureView({
  ...common,
  name: "spent",
  transform: ({ events: source }) => sql`select user_id, date, amount from ${source}`,
  aggregationInterval: "1h",
  features: [sum("amount", "3d"), count("amount", "1d")],
  description: `What a user has spent.\n${EVIL}`,
  owner: "payments",
  tags: { tier: "gold", [EVIL.slice(0, 40)]: "x" },
});
/** So much to compute that its job can be cancelled while it runs. */
const slow = batchFeatureView({
  ...common,
  name: "slow",
  transform: ({ events: source }) =>
    sql`select user_id, date, amount from ${source}
      where md5(md5(md5(md5(md5(md5(md5(md5(md5(md5(amount::varchar)))))))))) <> 'x'`,
  features: [attribute("amount", "int64")],
});

let directory: string;
let platform: EmbeddedPlatform;
let stop: TestPlatform["stop"] | undefined;
let workspace: Workspace;
let browser: Browser;
let context: BrowserContext;
let page: Page;

async function writeEvents(): Promise<void> {
  await writeParquet(
    join(directory, "events.parquet"),
    `select number % 10 as user_id, timestamp '2024-01-08' + number * interval 1 second as date, number as amount
    from range(1700000) as numbers (number)`,
  );
}

beforeAll(async () => {
  ({ directory, platform, workspace, stop } = await startTestPlatform({
    clock: "2024-01-25T02:00:00Z",
    workerMemory: "512MB",
  }));
  await writeEvents();
  await workspace.apply(declarationsOf({ user, events, spent, slow }));
  browser = await chromium.launch({ executablePath: findBrowser(), args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser?.close();
  await stop?.();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
});
afterEach(() => context.close());

async function logIn(path: string): Promise<void> {
  await page.goto(platform.url + path);
  await page.getByLabel("API key").fill(platform.apiKey);
  await page.getByRole("button", { name: "Log in" }).click();
}

const SPENT = "/console/workspaces/default/feature-views/spent";

test("a page without a session leads to the login, a bad key no further, a good one to the page", async () => {
  await page.goto(platform.url + SPENT);
  expect(new URL(page.url()).pathname).toBe("/console/login");
  await page.getByLabel("API key").fill("tsk_no");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("The API key is unknown or revoked.").waitFor();
  await logIn(SPENT);
  await page.getByRole("heading", { level: 1, name: "spent" }).waitFor();
  expect(await page.evaluate("document.cookie")).toBe("");
  await page.getByRole("button", { name: "Log out" }).click();
  await page.goto(platform.url + SPENT);
  expect(new URL(page.url()).pathname).toBe("/console/login");
});

test("the page of a view shows its ranges and jobs, and markup in its description as text", async () => {
  const view = workspace.getFeatureView("spent");
  const done = await view.triggerMaterializationJob({ startTime: "2024-01-08", endTime: "2024-01-18" });
  await view.waitForMaterializationJob(done);
  await logIn(SPENT);
  await page.getByText(EVIL).waitFor();
  expect(await page.title()).toBe("spent · Tesela");
  const offline = page.getByRole("region", { name: "Ranges of the offline store" });
  await offline
    .getByRole("row")
    .filter({ hasText: "Materialized" })
    .filter({ hasText: "2024-01-18" })
    .waitFor();
  await offline.getByRole("row").filter({ hasText: "Missing" }).filter({ hasText: "2024-01-25" }).waitFor();
  const style = await page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth");
  expect(style).not.toBe("none");
  const jobs = page.getByRole("region", { name: "The latest jobs, newest first" });
  await jobs.getByRole("link", { name: done.slice(0, 8) }).click();
  await page.getByRole("heading", { level: 1, name: `Job ${done}` }).waitFor();
  await page.getByRole("region", { name: "Attempts" }).getByText("Success").waitFor();
  await page.getByRole("heading", { level: 3, name: "Attempt 1" }).waitFor();
});

test("a running job is cancelled by its form; a form with another token changes nothing", async () => {
  const view = workspace.getFeatureView("slow");
  const id = await view.triggerMaterializationJob({ startTime: "2024-01-10", endTime: "2024-01-25" });
  const job = `/console/workspaces/default/jobs/${id}`;
  const stateOf = async () => (await view.getMaterializationJob(id)).state;
  await expect.poll(stateOf, { timeout: 30_000, interval: 20 }).toBe("RUNNING");
  await logIn(job);
  const cancel = page.getByRole("button", { name: "Cancel the job" });
  await page.evaluate("document.querySelector('.actions input[name=csrf]').value = 'wrong'");
  await cancel.click();
  await page.getByText("The form does not belong to this login").waitFor();
  expect(await stateOf()).toBe("RUNNING");
  await page.goto(platform.url + job);
  await cancel.click();
  await expect.poll(stateOf, { timeout: 10_000, interval: 20 }).toBe("MANUALLY_CANCELLED");
  await page.goto(platform.url + job);
  await page.getByRole("button", { name: "Try the job again" }).waitFor();
  await page.goto(`${platform.url}/console/workspaces/default/feature-views/slow`);
  const offline = page.getByRole("region", { name: "Ranges of the offline store" });
  await offline.getByRole("row").filter({ hasText: "Cancelled" }).filter({ hasText: id }).waitFor();
});

test("a link of another site leads to the page for who is logged in, to the login for others", async () => {
  const elsewhere = platform.url.replace("127.0.0.1", "localhost");
  const follow = async () => {
    await page.goto(`${elsewhere}/console/login`);
    await page.evaluate(`document.body.innerHTML = '<a href="${platform.url}${SPENT}">the view</a>'`);
    await page.getByRole("link", { name: "the view" }).click();
  };
  await follow();
  await page.getByRole("heading", { level: 1, name: "Log in" }).waitFor();
  expect(new URL(page.url()).searchParams.get("next")).toBe(SPENT);
  await logIn(SPENT);
  await follow();
  await page.getByRole("heading", { level: 1, name: "spent" }).waitFor();
});

test("on a telephone no page is wider than the screen", async () => {
  await page.setViewportSize({ width: 375, height: 700 });
  await logIn(SPENT);
  for (const path of [SPENT, "/console/workspaces", "/console/workspaces/default"]) {
    await page.goto(platform.url + path);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(375);
  }
});
