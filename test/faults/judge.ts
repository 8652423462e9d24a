import { micros } from "@tesela/core";
import type { LedgerCommit, ReadCommit } from "./commits.ts";
import { answerOf, answersOf, edgeOf, eventsOf, heldAfter, neededDays } from "./expected.ts";
import { ASKED } from "./source-days.ts";
import { spineOf, WATCHED_DAYS, type Observation } from "./watch.ts";

/** What may be in the way of an answer while faults happen: no worker that takes the read, or three lost ones. */
const NO_ANSWER = ["UNAVAILABLE", "TIMEOUT", "NO_WORKER", "ENGINE_CRASHED"];

/** What an online store says that is away, stands still, or has lost what it had. */
const LOST = ["UNAVAILABLE", "TIMEOUT"];

/** What is wrong with what was read, once it is known what each commit has written; the same only once. */
export function judge(
  observations: readonly Observation[],
  commits: ReadonlyMap<string, readonly ReadCommit[]>,
  {
    canLoseOnline,
    days = WATCHED_DAYS,
  }: { readonly canLoseOnline: boolean; readonly days?: readonly number[] },
): string[] {
  const wrong = observations.flatMap((one) => {
    const known = commits.get(one.view.name)!;
    if (one.store === "offline") return judgeOffline(one, known, days);
    if (canLoseOnline && typeof one.answer === "string" && LOST.includes(one.answer)) return [];
    return judgeOnline(one, known);
  });
  return [...new Set(wrong)];
}

/** Each user is answered from some commits that were pushed: those before the read, and any of those after it. */
function judgeOnline(
  { view, now, before, after, answer, message }: Observation,
  commits: readonly ReadCommit[],
): string[] {
  if (typeof answer === "string") return [`${view.name} online: ${answer}, ${message}`];
  const isPushed = new Set(before.filter((one) => one.isPushed).map(({ seq }) => seq));
  const isKnown = new Set(after.map(({ seq }) => seq));
  const online = commits.filter(({ seq, online: is, days }) => is && days.length > 0 && isKnown.has(seq));
  const states = subsets(online, ({ seq }) => isPushed.has(seq)).map(heldAfter);
  const edges = new Set(states.map((held) => edgeOf(view, held.keys())));
  const instants = [...edges].map((one) => (one === null || one < now ? one : now));
  return ASKED.flatMap((user, index) => {
    const allowed = new Set(states.flatMap((held) => instants.map((at) => answerOf(view, held, user, at))));
    const found = answer[index]!;
    return allowed.has(found)
      ? []
      : [
          `${view.name} online, user ${user}: "${found}", allowed: ${[...allowed].join(" | ")} (${ledgerText(after)})`,
        ];
  });
}

/** The whole answer is that of one snapshot, no older than the newest before the read. */
function judgeOffline(
  { view, before, after, answer }: Observation,
  commits: readonly ReadCommit[],
  days: readonly number[],
): string[] {
  if (typeof answer === "string" && NO_ANSWER.includes(answer)) return [];
  const from = before.findLast(({ offline }) => offline)?.seq ?? 0;
  const to = after.findLast(({ offline }) => offline)?.seq ?? 0;
  const offline = commits.filter((one) => one.offline);
  const snapshots = [0, ...offline.map(({ seq }) => seq)].filter((seq) => seq >= from && seq <= to);
  const allowed = snapshots.map((at) =>
    historyAt(
      view,
      offline.filter(({ seq }) => seq <= at),
      days,
    ),
  );
  const found = JSON.stringify(answer);
  return allowed.includes(found)
    ? []
    : [`${view.name} offline: ${found}, allowed: ${allowed.join(" | ")} (${ledgerText(after)})`];
}

/** TIME T12: an error unless every day is there that some row needs. */
function historyAt(
  view: Observation["view"],
  commits: readonly ReadCommit[],
  days: readonly number[],
): string {
  const held = heldAfter(commits);
  if (!days.flatMap((day) => neededDays(view, day)).every((day) => held.has(day))) {
    return JSON.stringify("NOT_MATERIALIZED");
  }
  const rows = spineOf(days).map(({ user, at }) => ({ user_id: BigInt(user), at: micros(at) }));
  return JSON.stringify(answersOf(view, eventsOf(ASKED, held), rows));
}

/** All subsets of items that hold those that must be in, in the same order. */
function subsets<T>(items: readonly T[], mustBeIn: (item: T) => boolean): T[][] {
  return items.reduce<T[][]>(
    (some, item) => {
      const withIt = some.map((one) => [...one, item]);
      return mustBeIn(item) ? withIt : [...some, ...withIt];
    },
    [[]],
  );
}

function ledgerText(commits: readonly LedgerCommit[]): string {
  return commits
    .map(({ seq, days, online, offline, isPushed }) => {
      const stores = [online ? (isPushed ? "pushed" : "to push") : "", offline ? "offline" : ""];
      return `${seq}: days ${days.join(" ")} ${stores.join(" ")}`;
    })
    .join("; ");
}
