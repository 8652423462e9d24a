import type { OnlineExplanationData } from "@tesela/contract";
import { formatInstant, type EpochMicros } from "@tesela/core";
import type { OnlineExplanation } from "@tesela/online-store";

/** How the online store came to an answer, as JSON carries it. */
export function explainedOnline(found: OnlineExplanation): OnlineExplanationData {
  const { bound, edge, commitSeq, stored, newest, deletedBefore } = found;
  return {
    bound: textOf(bound),
    edge: textOf(edge),
    commit: commitSeq === null ? null : String(commitSeq),
    stored,
    newest: textOf(newest),
    deletedBefore: textOf(deletedBefore),
  };
}

function textOf(instant: EpochMicros | null): string | null {
  return instant === null ? null : formatInstant(instant);
}
