import {
  compileRealtimeView,
  compileView,
  isView,
  micros,
  repositoryOf,
  type CompiledView,
  type Definition,
  type FeatureServiceDefinition,
  type FeatureViewDefinition,
} from "@tesela/core";
import { serveService } from "@tesela/online-store";
import type {
  DescribedRealtimeView,
  DescribedView,
  ServedService,
  ServedWorkspace,
  ServingPlan,
} from "@tesela/online-store";
import type { PlanSnapshot, WorkspaceSnapshot } from "./plan-snapshot.ts";

/** A view of a snapshot, compiled. */
interface CompiledOnline {
  readonly definition: FeatureViewDefinition;
  readonly view: CompiledView;
  readonly generation: number;
}

/** Makes serving plans of snapshots; views of a workspace whose revision has not changed are compiled once. */
export function createPlanCompiler(): (snapshot: PlanSnapshot) => ServingPlan {
  let known = new Map<string, readonly CompiledOnline[]>();
  return ({ clock, apiKeys, workspaces }) => {
    const compiled = new Map(
      workspaces.map((workspace) => {
        const key = `${workspace.id}@${workspace.revision}`;
        return [key, known.get(key) ?? compileWorkspace(workspace)] as const;
      }),
    );
    known = compiled;
    return {
      clock: clock.mode === "live" ? clock : { mode: "frozen", at: micros(BigInt(clock.at)) },
      apiKeys: new Map(apiKeys.map(({ hash, ...key }) => [hash, key])),
      workspaces: new Map(
        workspaces.map((workspace) => {
          const views = compiled.get(`${workspace.id}@${workspace.revision}`)!;
          return [workspace.name, serveWorkspace(workspace, views)];
        }),
      ),
    };
  };
}

function compileWorkspace({ objects }: WorkspaceSnapshot): readonly CompiledOnline[] {
  const repository = repositoryOf(definitionsOf(objects));
  return objects.flatMap(({ definition, resolved, generationId }): CompiledOnline[] => {
    if (!isView(definition) || !definition.online || resolved === null || generationId === null) return [];
    return [{ definition, view: compileView(definition, repository, resolved), generation: generationId }];
  });
}

function definitionsOf(objects: WorkspaceSnapshot["objects"]): readonly Definition[] {
  return objects.map(({ definition }) => definition);
}

/** The realtime views that read no other views than those that are served online. */
function realtimeViewsOf(
  definitions: readonly Definition[],
  views: readonly CompiledOnline[],
): ReadonlyMap<string, DescribedRealtimeView> {
  const online = new Map(views.map(({ view }) => [view.name, view]));
  const realtime = definitions.flatMap((definition): [string, DescribedRealtimeView][] => {
    if (definition.kind !== "realtimeFeatureView") return [];
    const isServed = definition.sources.every((one) => one.kind === "request" || online.has(one.view));
    if (!isServed) return [];
    return [[definition.name, { view: compileRealtimeView(definition, online), about: definition }]];
  });
  return new Map(realtime);
}

function loggingOf({ logging }: FeatureServiceDefinition, workspaceId: number): ServedService["logging"] {
  return logging === undefined ? null : { sampleRate: logging.sampleRate, workspaceId };
}

function serveWorkspace(
  { id: workspaceId, objects, expectedSeqs, hiddenStamps }: WorkspaceSnapshot,
  views: readonly CompiledOnline[],
): ServedWorkspace {
  const described = views.map(({ definition, view, generation }): readonly [string, DescribedView] => {
    const expectedSeq = BigInt(expectedSeqs[String(generation)] ?? "0");
    const expectedHidden = BigInt(hiddenStamps[String(generation)] ?? "0");
    const served = { view, workspaceId, generation, expectedSeq, expectedHidden };
    return [view.name, { served, about: definition }];
  });
  const online = new Map(described);
  const realtime = realtimeViewsOf(definitionsOf(objects), views);
  const services = definitionsOf(objects).flatMap((definition): [string, ServedService][] =>
    definition.kind === "featureService"
      ? [[definition.name, serveService(definition, online, realtime, loggingOf(definition, workspaceId))]]
      : [],
  );
  const alone = [...online.keys(), ...realtime.keys()].map(
    (view) =>
      [
        view,
        serveService({ kind: "featureService", name: view, views: [{ view }] }, online, realtime),
      ] as const,
  );
  return {
    views: new Map(described.map(([name, { served }]) => [name, served])),
    services: new Map(services),
    alone: new Map(alone),
  };
}
