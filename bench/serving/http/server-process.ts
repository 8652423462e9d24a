import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ServerSettings } from "./settings.ts";

/** A server of the comparison that runs. */
export interface ServerProcess extends Disposable {
  readonly name: string;
  readonly port: number;
  cpuMicros(): Promise<number>;
}

/** Starts it as a child. */
export async function startServer(
  name: string,
  { redisUrl, prefix }: ServerSettings,
): Promise<ServerProcess> {
  const child = fork(join(import.meta.dirname, "child.ts"), [name, redisUrl, prefix]);
  const told = async (): Promise<Readonly<Record<string, number>>> =>
    ((await once(child, "message")) as [Readonly<Record<string, number>>])[0];
  const { port } = await told();
  return {
    name,
    port: port!,
    async cpuMicros() {
      const answer = told();
      child.send("cpu");
      return (await answer)["cpuMicros"]!;
    },
    [Symbol.dispose]: () => void child.kill(),
  };
}
