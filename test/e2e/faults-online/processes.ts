import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { COMPILED } from "@tesela/test/support";

const TESELA = fileURLToPath(new URL("../../../packages/platform/bin/tesela.mjs", import.meta.url));

/** What servers and workers say once they take work. */
const READY = / is at http|takes work/;

/** A process of the platform. */
export interface PlatformProcess extends AsyncDisposable {
  /** What it has written so far. */
  readonly output: string;
  readonly pid: number;
  /** The code that it ended with, once it has; `null` after a signal. */
  readonly ended: Promise<number | null>;
  kill(): Promise<void>;
}

/** Starts `tesela` with arguments; resolves when it says that it is ready, or has ended by itself. */
export async function startTesela(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<PlatformProcess> {
  const env = { PATH: process.env["PATH"], TZ: "UTC", ...COMPILED, ...environment };
  const child = spawn(process.execPath, [TESELA, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const killAtExit = (): void => void child.kill("SIGKILL");
  process.once("exit", killAtExit);
  const ended = once(child, "exit").then(([code]) => code as number | null);
  void ended.then(() => process.off("exit", killAtExit));
  const ready = Promise.withResolvers<void>();
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      output += String(text);
      if (READY.test(output)) ready.resolve();
    });
  }
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  await Promise.race([ready.promise, ended]);
  return {
    get output() {
      return output;
    },
    pid: child.pid!,
    ended,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
