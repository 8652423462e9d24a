import { Presets, SingleBar } from "cli-progress";
import type { Retrieval } from "@tesela/sdk";
import type { Terminal } from "./terminal.ts";

/** Shows how far a historical read is. */
export interface RetrievalProgress {
  readonly show: (retrieval: Retrieval) => void;
  end(): void;
}

/** A bar where a person looks on, plain lines elsewhere; both on standard error. */
export function retrievalProgress(terminal: Terminal): RetrievalProgress {
  return terminal.isInteractive ? bar() : lines(terminal);
}

function bar(): RetrievalProgress {
  const format = "reading {bar} {percentage}% | {phase} | {duration_formatted}";
  const single = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
  single.start(100, 0, { phase: "PENDING" });
  return {
    show: (retrieval) => single.update(percentOf(retrieval), { phase: phaseOf(retrieval) }),
    end: () => single.stop(),
  };
}

function lines(terminal: Terminal): RetrievalProgress {
  let last = "";
  const show = (retrieval: Retrieval): void => {
    const line = `reading: ${phaseOf(retrieval)} ${Math.floor(percentOf(retrieval) / 10) * 10}%`;
    if (line !== last) terminal.note(line);
    last = line;
  };
  return { show, end: () => {} };
}

function percentOf({ state, progress }: Retrieval): number {
  return state === "SUCCESS" ? 100 : Math.floor((progress?.fraction ?? 0) * 100);
}

function phaseOf({ state, progress }: Retrieval): string {
  return state === "RUNNING" ? (progress?.phase ?? state) : state;
}
