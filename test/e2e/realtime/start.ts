import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EmbeddedPlatform } from "@tesela/platform";
import type { Workspace } from "@tesela/sdk";
import { definitions } from "./declarations.ts";
import { startTestPlatform } from "../test-platform.ts";

/** A platform with the declarations applied and a source of two orders. */
export interface RealtimePlatform extends AsyncDisposable {
  readonly platform: EmbeddedPlatform;
  readonly workspace: Workspace;
}

const ORDERS = ["user_id,ts,amount,city", "1,2024-05-01 10:00:00,30,Lima", "1,2024-05-01 12:00:00,20,Cusco"];

/** Starts it at an instant of the platform clock. */
export async function startRealtimePlatform(): Promise<RealtimePlatform> {
  const { directory, platform, stop } = await startTestPlatform({ clock: "2024-05-05T00:00:00Z" });
  await writeFile(join(directory, "orders.csv"), ORDERS.join("\n"));
  const workspace = platform.client.getWorkspace("prod");
  await workspace.apply(definitions);
  return { platform, workspace, [Symbol.asyncDispose]: stop };
}
