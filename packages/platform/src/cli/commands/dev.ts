import { startDev } from "../../processes/dev.ts";
import type { Context } from "../context.ts";
import type { DevInvocation } from "../invocation.ts";
import { untilAborted } from "./until-aborted.ts";

/** Runs the whole platform until it is stopped. */
export async function dev(
  { clock, port }: DevInvocation,
  { config, terminal, signal }: Context,
): Promise<void> {
  const platform = await startDev({ ...config, port: port ?? config.port }, clock);
  const time = clock === null ? "" : ` Its clock stands at ${clock}.`;
  terminal.result(
    { url: platform.url, clock },
    `The platform is at ${platform.url}.${time} Ctrl-C stops it.`,
  );
  await untilAborted(signal);
  terminal.note("Stopping …");
  await platform.stop();
}
