import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded, type EmbeddedPlatform } from "@tesela/platform";
import type { Workspace } from "@tesela/sdk";
import { createDatabase } from "@tesela/test/support";
import { inject } from "vitest";
import { definitions } from "./declarations.ts";

/** A platform with the declarations applied and a source of two orders. */
export interface RealtimePlatform extends AsyncDisposable {
  readonly platform: EmbeddedPlatform;
  readonly workspace: Workspace;
}

const ORDERS = ["user_id,ts,amount,city", "1,2024-05-01 10:00:00,30,Lima", "1,2024-05-01 12:00:00,20,Cusco"];

/** Starts it at an instant of the platform clock. */
export async function startRealtimePlatform(): Promise<RealtimePlatform> {
  const directory = await mkdtemp(join(tmpdir(), "realtime-"));
  await writeFile(join(directory, "orders.csv"), ORDERS.join("\n"));
  const platform = await startEmbedded({
    dir: join(directory, "platform"),
    clock: "2024-05-05T00:00:00Z",
    databaseUrl: await createDatabase(inject("pgUrl")),
    sourceRoots: [directory],
    logLevel: "silent",
  });
  const workspace = platform.client.getWorkspace("prod");
  await workspace.apply(definitions);
  return {
    platform,
    workspace,
    async [Symbol.asyncDispose]() {
      await platform.stop();
      await rm(directory, { recursive: true });
    },
  };
}
