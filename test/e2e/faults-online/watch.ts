import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { postJson, type JsonReply } from "@tesela/test/support";
import type { OnlineWorld } from "./world.ts";
import { declared, ordersOf, USERS } from "./views.ts";

const READERS = 4;
const PAUSE_MS = 5;
const PUSH_PAUSE_MS = 150;
const PUSH_MS = 5_000;
/** What a request may take by itself, and what a busy machine may add. */
const BUDGET_MS = 1_000;
const SLACK_MS = 1_500;
const RECOVERY_MS = 45_000;

/** What has been pushed of a user's clicks: what is acknowledged, and what has at least been tried. */
export interface Clicks {
  acknowledged: number;
  tried: number;
}

/** What a watch has seen. */
export interface Seen {
  answers: number;
  /** Answers that lacked a view, and said so. */
  partial: number;
  /** Errors, by HTTP status. */
  readonly errors: Record<number, number>;
  readonly wrong: string[];
  /** How many events were acknowledged, and how many pushes failed by what. */
  pushed: number;
  readonly failedPushes: Record<string, number>;
}

/** Reads and pushes all the time, and holds every answer against what is right. */
export interface Watch extends AsyncDisposable {
  readonly seen: Seen;
  /** Until every user is answered right again, for every view; what it has seen until then. */
  recovered(): Promise<Seen>;
  /** Until another push was acknowledged. */
  pushed(): Promise<void>;
}

/** Begins to read and to push. */
export function watch(world: OnlineWorld, clicks: readonly Clicks[]): Watch {
  const stopping = new AbortController();
  const seen: Seen = { answers: 0, partial: 0, errors: {}, wrong: [], pushed: 0, failedPushes: {} };
  const state = { world, clicks, seen, signal: stopping.signal };
  const running = [...Array.from({ length: READERS }, () => readOn(state)), pushOn(state)];
  return {
    seen,
    async recovered() {
      const deadline = performance.now() + RECOVERY_MS;
      for (let userId = 0; userId < USERS;) {
        if ((await readOnce(state, userId, false)) === "right") userId += 1;
        else await setTimeout(100);
        if (performance.now() > deadline) throw new Error(`no recovery: ${JSON.stringify(seen)}`);
      }
      return seen;
    },
    async pushed() {
      const deadline = performance.now() + RECOVERY_MS;
      for (const before = seen.pushed; seen.pushed === before; await setTimeout(50)) {
        if (performance.now() > deadline) throw new Error(`no push: ${JSON.stringify(seen)}`);
      }
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

interface State {
  readonly world: OnlineWorld;
  readonly clicks: readonly Clicks[];
  readonly seen: Seen;
  readonly signal: AbortSignal;
}

async function readOn(state: State): Promise<void> {
  for (let number = 0; !state.signal.aborted; number += 1) {
    await readOnce(state, Math.floor(Math.random() * USERS), number % 2 === 1);
    await setTimeout(PAUSE_MS);
  }
}

type End = "right" | "partial" | "error" | "wrong";

async function readOnce(state: State, userId: number, allowPartial: boolean): Promise<End> {
  const { seen, clicks } = state;
  const least = clicks[userId]!.acknowledged;
  const began = performance.now();
  const { status, body } = await post(state.world, userId, allowPartial);
  const tookMs = performance.now() - began;
  const end = judge(status, body, allowPartial, userId, { least, most: clicks[userId]!.tried });
  if (tookMs > BUDGET_MS + SLACK_MS) seen.wrong.push(`${status} after ${Math.round(tookMs)} ms`);
  if (end === "wrong") seen.wrong.push(`${userId}: ${status} ${JSON.stringify(body)} of ${least}`);
  else if (end === "error") seen.errors[status] = (seen.errors[status] ?? 0) + 1;
  else if (end === "partial") seen.partial += 1;
  else seen.answers += 1;
  return end;
}

function post(
  { featureServer: { url }, apiKey }: OnlineWorld,
  userId: number,
  allowPartialResults: boolean,
): Promise<JsonReply> {
  const params = {
    workspaceName: "default",
    featureServiceName: "both",
    joinKeyMap: { user_id: String(userId) },
    allowPartialResults,
    metadataOptions: { includeServingStatus: true },
    requestOptions: { latencyBudgetMs: BUDGET_MS },
  };
  return postJson({ url, apiKey }, "/api/v1/feature-service/get-features", { params });
}

interface Answer {
  readonly result: { readonly features: readonly unknown[] };
  readonly metadata: { readonly features: readonly { readonly status: string }[] };
}

/** An answer is right, or says what it lacks where it may, or is one of the errors that mean "not now". */
function judge(
  status: number,
  body: unknown,
  allowPartial: boolean,
  userId: number,
  { least, most }: { readonly least: number; readonly most: number },
): End {
  if ([429, 503, 504].includes(status)) return (body as { error?: string }).error ? "error" : "wrong";
  if (status !== 200) return "wrong";
  const { result, metadata } = body as Answer;
  const statuses = metadata.features.map((feature) => feature.status);
  const isLacking = (from: number): boolean =>
    allowPartial &&
    [from, from + 1].every(
      (at) => result.features[at] === null && ["TIME_OUT", "UNKNOWN"].includes(statuses[at]!),
    );
  const [count, sum] = result.features.map((value) => (value === null ? null : Number(value)));
  const areClicks = count !== null && count! >= least && count! <= most && (sum ?? 0) === count;
  const areOrders = isDeepStrictEqual(result.features.slice(2), ordersOf(userId));
  const clicksEnd = areClicks ? "right" : isLacking(0) ? "partial" : "wrong";
  const ordersEnd = areOrders ? "right" : isLacking(2) ? "partial" : "wrong";
  if (clicksEnd === "wrong" || ordersEnd === "wrong") return "wrong";
  return clicksEnd === "partial" || ordersEnd === "partial" ? "partial" : "right";
}

async function pushOn({ world, clicks, seen, signal }: State): Promise<void> {
  for (let number = 0; !signal.aborted; number += 1) {
    const userId = number % USERS;
    clicks[userId]!.tried += 1;
    const row = { user_id: BigInt(userId), ts: new Date("2024-01-10T09:00:00Z"), amount: 1n };
    try {
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(PUSH_MS)]);
      await world.workspace.ingest(declared.clicks, [row], { signal: timeout });
      clicks[userId]!.acknowledged += 1;
      seen.pushed += 1;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
      seen.failedPushes[code] = (seen.failedPushes[code] ?? 0) + 1;
    }
    await setTimeout(PUSH_PAUSE_MS);
  }
}
