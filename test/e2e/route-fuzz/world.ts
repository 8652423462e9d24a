import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "@tesela/platform";
import { declarationsOf } from "@tesela/sdk";
import { createDatabase } from "@tesela/test/support";
import { inject } from "vitest";
import { facts, NOW, twice } from "../online-wire/world.ts";
import type { OpenApi } from "./document.ts";
import type { FuzzAnswer } from "./answers.ts";
import type { FuzzRequest } from "./requests.ts";
import type { Known } from "./values.ts";

/** The longest that an answer may take. */
const PATIENCE_MS = 5_000;

/** A platform with a view and a service that have data, to be asked over HTTP. */
export interface FuzzWorld {
  readonly document: OpenApi;
  readonly apiKey: string;
  /** What there is, by the names under which requests carry it. */
  readonly known: Known;
  /** Throws when no answer comes in time. */
  send(request: FuzzRequest): Promise<FuzzAnswer>;
  stop(): Promise<void>;
}

/** Starts it. */
export async function startFuzzWorld(): Promise<FuzzWorld> {
  const directory = await mkdtemp(join(tmpdir(), "tesela-fuzz-"));
  const platform = await startEmbedded({
    dir: join(directory, "platform"),
    sourceRoots: [directory],
    databaseUrl: await createDatabase(inject("pgUrl")),
    redisUrl: inject("redisUrl"),
    redisPrefix: `fuzz-${randomUUID()}`,
    clock: NOW,
    scheduler: "off",
    logLevel: "silent",
  });
  const workspace = platform.client.getWorkspace("default");
  await workspace.apply(declarationsOf({ facts, twice }));
  const view = workspace.getFeatureView(facts);
  await view.ingest([
    { user_id: 1n, at: new Date("2024-01-05Z"), score: 1, big: 2n, active: true, seen: null },
  ]);
  const jobs = (await view.listMaterializationJobs()).map(({ id }) => id);
  const send = async ({ url, init }: FuzzRequest): Promise<FuzzAnswer> => {
    const response = await fetch(`${platform.url}${url}`, {
      ...init,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return {
      status: response.status,
      type: response.headers.get("content-type") ?? "",
      text: await response.text(),
    };
  };
  const headers = { authorization: `Bearer ${platform.apiKey}` };
  const document = (await (await fetch(`${platform.url}/openapi.json`, { headers })).json()) as OpenApi;
  return {
    document,
    apiKey: platform.apiKey,
    known: knownOf(jobs),
    send,
    stop: async () => {
      await platform.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Names as they are written without underscores in lower case. Waits are short: a long one is no hang. */
function knownOf(jobs: readonly string[]): Known {
  const ids = [...jobs, randomUUID()];
  return {
    workspace: ["default", "default", "default", "nope"],
    workspacename: ["default", "default", "default", "nope"],
    name: ["facts", "facts", "twice", "nope"],
    featureview: ["facts", "facts", "nope"],
    featureservice: ["twice", "nope"],
    featureservicename: ["twice", "twice", "nope"],
    view: ["facts"],
    id: ids,
    jobid: ids,
    waitseconds: [0, 0.1],
    timeout: [0, 0.1],
    joinkeymap: [{ buyer_id: "1", seller_id: 2 }, { buyer_id: null, seller_id: "7" }, { user_id: "1" }],
    joinkeys: [{ user_id: "1" }, { user_id: 1 }, { buyer_id: "1", seller_id: 2 }],
    keys: [[{ user_id: "9" }]],
    at: [NOW],
  };
}
