import type { Config } from "../config/config.ts";
import type { Terminal } from "./terminal.ts";

/** What every command works with. */
export interface Context {
  readonly config: Config;
  readonly terminal: Terminal;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}
