import { once } from "node:events";
import type { ChildProcess } from "node:child_process";

/** Resolves when a line of `child` contains `text`; rejects with all its output when it exits before. */
export async function untilPrints(child: ChildProcess, text: string): Promise<void> {
  let output = "";
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
      if (output.includes(text)) resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      reject(new Error(`${child.spawnfile} ended (${code ?? signal}) before "${text}":\n${output}`)),
    );
  });
}

/** Ends `child` with `signal` and waits for it; a child that is gone already is fine. */
export async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

/** When this process exits without having stopped `child`: kills it, then calls `cleanUp`. */
export function killAtExit(child: ChildProcess, cleanUp: () => void): void {
  const kill = (): void => {
    child.kill("SIGKILL");
    cleanUp();
  };
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
}
