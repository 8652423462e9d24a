import { createInterface } from "node:readline/promises";

/** Where a command writes: results to standard output, everything else to standard error. */
export interface Terminal {
  readonly isJson: boolean;
  /** Whether a person sees standard error, and can be asked. */
  readonly isInteractive: boolean;
  /** The result: as JSON for a machine, else as text. */
  result(data: unknown, text: string): void;
  /** Something on the way, never part of the result. */
  note(text: string): void;
  /** Asks a question that only `y` or `yes` affirms. */
  confirm(question: string): Promise<boolean>;
}

/** The terminal of this process. */
export function processTerminal(isJson: boolean): Terminal {
  return {
    isJson,
    isInteractive: process.stderr.isTTY && process.stdin.isTTY,
    result: (data, text) => void process.stdout.write(`${isJson ? toJson(data) : text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    confirm,
  };
}

/** JSON in which an int64 is text, as everywhere on the wire. */
export function toJson(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
