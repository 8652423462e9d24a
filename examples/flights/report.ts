import { Presets, SingleBar } from "cli-progress";
import Table from "cli-table3";
import type { FrameValue } from "@tesela/sdk";

/** A share of a whole, and what is being done. */
export interface Progress {
  readonly fraction: number;
  readonly phase: string;
}

/** What a step does and says at its end; `show` tells how far it is. */
export type Step<T> = (
  show: (progress: Progress) => void,
) => Promise<{ readonly value: T; readonly says: string }>;

/** Prints the steps of a program with how long each took. */
export class Report {
  readonly #began = performance.now();

  /** Runs a step; its progress is a bar on a terminal. */
  async step<T>(title: string, run: Step<T>): Promise<T> {
    const began = performance.now();
    const bar = process.stdout.isTTY ? startBar(title) : null;
    let done = 0;
    try {
      const { value, says } = await run(({ fraction, phase }) => {
        // A phase that does not know how far it is takes nothing back.
        done = Math.max(done, Math.floor(fraction * 100));
        bar?.update(done, { phase });
      });
      bar?.stop();
      this.say(`${seconds(performance.now() - began)}  ${title}: ${says}`);
      return value;
    } finally {
      bar?.stop();
    }
  }

  /** Prints a line. */
  say(line: string): void {
    console.log(line);
  }

  /** Prints rows under the names of their columns. */
  table(columns: readonly string[], rows: readonly Readonly<Record<string, FrameValue>>[]): void {
    const table = new Table({ head: [...columns], style: { head: [], border: [], compact: true } });
    table.push(...rows.map((row) => columns.map((column) => printed(row[column]))));
    this.say(table.toString());
  }

  /** Prints how long everything took. */
  end(): void {
    this.say(`${seconds(performance.now() - this.#began)}  in total`);
  }
}

function startBar(title: string): SingleBar {
  const options = {
    format: `         ${title} {bar} {percentage}% {phase}`,
    hideCursor: true,
    clearOnComplete: true,
  };
  const bar = new SingleBar({ ...options, noTTYOutput: false }, Presets.shades_classic);
  bar.start(100, 0, { phase: "" });
  return bar;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1).padStart(5)} s`;
}

function printed(value: FrameValue | undefined): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number" && !Number.isInteger(value)) return value.toFixed(3);
  if (typeof value === "object") return JSON.stringify(value);
  return String(value).replace(/:00\.000000Z$/, "Z");
}
