import { Presets, SingleBar } from "cli-progress";
import type { Job } from "@tesela/contract";
import type { Terminal } from "./terminal.ts";

/** Shows how far a job is. */
export interface JobProgress {
  show(job: Job): void;
  end(): void;
}

/** A bar where a person looks on, plain lines elsewhere; both on standard error. */
export function jobProgress(terminal: Terminal, label: string): JobProgress {
  return terminal.isInteractive ? bar(label) : lines(terminal, label);
}

function bar(label: string): JobProgress {
  const format = `${label} {bar} {percentage}% | {phase} | {rows} rows | {duration_formatted}`;
  const single = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
  single.start(100, 0, { phase: "PENDING", rows: "0" });
  // A phase that does not know how far it is takes nothing back.
  let percent = 0;
  return {
    show: (job) =>
      single.update((percent = Math.max(percent, percentOf(job))), {
        phase: phaseOf(job),
        rows: rowsOf(job),
      }),
    end: () => single.stop(),
  };
}

function lines(terminal: Terminal, label: string): JobProgress {
  let last = "";
  return {
    show: (job) => {
      const line = `${label}: ${phaseOf(job)} ${Math.floor(percentOf(job) / 10) * 10}% ${rowsOf(job)} rows`;
      if (line !== last) terminal.note(line);
      last = line;
    },
    end: () => {},
  };
}

function percentOf({ state, progress }: Job): number {
  return state === "SUCCESS" ? 100 : Math.floor((progress.fraction ?? 0) * 100);
}

function phaseOf({ state, progress }: Job): string {
  return state === "RUNNING" ? progress.phase : state;
}

function rowsOf({ progress, attempts }: Job): string {
  return (progress.rows ?? attempts.at(-1)?.rows ?? 0).toLocaleString("en-US");
}
