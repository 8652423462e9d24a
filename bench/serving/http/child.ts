import { listen, servers } from "./servers.ts";
import type { ServerSettings } from "./settings.ts";

/** A server of the comparison as a process of its own: it tells its port, then its CPU time whenever it is asked. */
const [name, redisUrl, prefix] = process.argv.slice(2) as [string, string, string];
const settings: ServerSettings = { redisUrl, prefix };
const port = await listen(await servers[name]!(settings));
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicros: user + system });
});
process.on("disconnect", () => process.exit());
process.send?.({ port });
