import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { atExit } from "./at-exit.ts";

const RESTART_MS = 200;
const LOOK_MS = 500;
/** Longer than a lease, and than what it takes another one to take over. */
const FROZEN_MS = 3_500;

/** A process that is started again whenever it has died, and goes on after it has stood still for long enough. */
export interface Slot extends AsyncDisposable {
  /** As by kill -9. */
  kill(): void;
  freeze(): void;
  /** Sends it a message, if it lives. */
  tell(text: string): void;
  /** How often it has died, and how often it was found to stand still. */
  readonly deaths: number;
  readonly freezes: number;
}

/**
 * Starts the lives of a process, one after the other; resolves when the first one says that it is ready, and throws
 * when that has ended before.
 */
export async function startSlot(spawnLife: (life: number) => ChildProcess): Promise<Slot> {
  let deaths = 0;
  let freezes = 0;
  let isStopping = false;
  let child = spawnLife(0);
  const exit = atExit(() => void child.kill("SIGKILL"));
  const isReady = await Promise.race([once(child.stdout!, "data"), once(child, "exit").then(() => null)]);
  if (isReady === null) throw new Error(`${child.spawnargs.join(" ")} ended before it was ready`);
  const thawing = new AbortController();
  const restart = async (): Promise<void> => {
    if (isStopping) return;
    deaths += 1;
    await setTimeout(RESTART_MS);
    if (!isStopping) begin(spawnLife(deaths));
  };
  const begin = (next: ChildProcess): void => {
    child = next;
    child.once("exit", () => void restart());
  };
  const thaw = async (): Promise<void> => {
    while (!thawing.signal.aborted) {
      await setTimeout(LOOK_MS, undefined, { signal: thawing.signal });
      if (!(await isStopped(child))) continue;
      freezes += 1;
      await setTimeout(FROZEN_MS, undefined, { signal: thawing.signal });
      child.kill("SIGCONT");
    }
  };
  begin(child);
  const thawed = thaw().catch(() => undefined);
  return {
    kill: () => void child.kill("SIGKILL"),
    freeze: () => void child.kill("SIGSTOP"),
    tell: (text) => void (child.connected && child.send(text, () => undefined)),
    get deaths() {
      return deaths;
    },
    get freezes() {
      return freezes;
    },
    async [Symbol.asyncDispose]() {
      isStopping = true;
      exit[Symbol.dispose]();
      thawing.abort();
      await thawed;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function isStopped({ pid }: ChildProcess): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  // The name before the state may hold anything, brackets too.
  return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T");
}
