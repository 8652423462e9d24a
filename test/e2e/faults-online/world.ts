import { parseInstant } from "@tesela/core";
import { openRegistry } from "@tesela/registry";
import { connect, declarationsOf, type Workspace } from "@tesela/sdk";
import { freePort } from "@tesela/test/support";
import { layGround, type Ground, type Ways } from "./ground.ts";
import { startTesela, type PlatformProcess } from "./processes.ts";
import { declared, NOON, writeSources } from "./views.ts";

/** A platform of real processes: a control plane, a worker and a feature server. */
export interface OnlineWorld extends AsyncDisposable {
  readonly ground: Ground;
  controlPlane: PlatformProcess;
  startControlPlane(): Promise<PlatformProcess>;
  readonly featureServer: { readonly url: string; readonly process: PlatformProcess };
  /** By way of the control plane. */
  readonly workspace: Workspace;
  readonly apiKey: string;
}

/** Starts it, with its views applied and what they are made of brought online. */
export async function openOnlineWorld(pgUrl: string, ways: Ways): Promise<OnlineWorld> {
  await using stack = new AsyncDisposableStack();
  const ground = stack.use(await layGround(pgUrl, ways));
  await writeSources(ground.root);
  const apiKey = await prepare(ground.databaseUrl);
  const [controlPort, servingPort] = [await freePort(), await freePort()];
  const serverOf = (role: string, port: number) =>
    startTesela(["server", "--role", role, "--port", String(port)], ground.environment);
  const [controlPlane, worker, featureServer] = await Promise.all([
    serverOf("control-plane", controlPort),
    startTesela(["worker"], ground.environment),
    serverOf("feature-server", servingPort),
  ]);
  for (const process of [worker, featureServer]) stack.use(process);
  const kept = new AsyncDisposableStack();
  const world: OnlineWorld = {
    ground,
    controlPlane,
    startControlPlane: () => serverOf("control-plane", controlPort),
    featureServer: { url: `http://127.0.0.1:${servingPort}`, process: featureServer },
    workspace: connect({ url: `http://127.0.0.1:${controlPort}`, apiKey }).getWorkspace("default"),
    apiKey,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
  stack.defer(() => world.controlPlane.kill());
  await fill(world.workspace);
  kept.use(stack.move());
  return world;
}

/** The tables, the clock, and a key. */
async function prepare(databaseUrl: string): Promise<string> {
  const registry = await openRegistry({ databaseUrl });
  try {
    await registry.clock.freeze(parseInstant(NOON));
    return (await registry.apiKeys.create({ name: "faults", role: "admin" })).secret;
  } finally {
    await registry.stop();
  }
}

async function fill(workspace: Workspace): Promise<void> {
  await workspace.apply(declarationsOf(declared));
  const view = workspace.getFeatureView(declared.ordered);
  const range = { startTime: "2023-12-31", endTime: "2024-01-10" };
  await view.waitForMaterializationJob(await view.triggerMaterializationJob(range), { timeout: "60s" });
}
