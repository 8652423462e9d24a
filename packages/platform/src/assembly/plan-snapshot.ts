import { definitionSchema, resolvedViewSchema } from "@tesela/contract";
import type { Registry, StoredDefinition, Workspace } from "@tesela/registry";
import { z } from "zod";

const objectSchema = z.strictObject({
  definition: definitionSchema,
  resolved: resolvedViewSchema.nullable(),
  generationId: z.int().nullable(),
});

const workspaceSchema = z.strictObject({
  id: z.int(),
  name: z.string(),
  revision: z.string(),
  objects: z.array(objectSchema),
  /** By generation: the last commit whose push is known to be complete; those before the first are left out. */
  expectedSeqs: z.record(z.string(), z.string()),
  /** By generation, likewise: the stamp under which deleted keys are known to be hidden. */
  hiddenStamps: z.record(z.string(), z.string()).default({}),
});

/** All that a serving plan is made of, as JSON can hold it. Version 1; later versions read it too. */
export const planSnapshotSchema = z.strictObject({
  version: z.literal(1),
  clock: z.union([
    z.strictObject({ mode: z.literal("live") }),
    z.strictObject({ mode: z.literal("frozen"), at: z.string() }),
  ]),
  apiKeys: z.array(
    z.strictObject({
      id: z.string(),
      role: z.enum(["admin", "reader"]),
      workspace: z.string().nullable(),
      hash: z.string(),
    }),
  ),
  workspaces: z.array(workspaceSchema),
});

/** All that a serving plan is made of. */
export type PlanSnapshot = z.infer<typeof planSnapshotSchema>;

/** A workspace's part of it. */
export type WorkspaceSnapshot = PlanSnapshot["workspaces"][number];

type Objects = WorkspaceSnapshot["objects"];

/** Reads snapshots from the registry; of a workspace whose revision has not changed only what is pushed is read. */
export function createSnapshotReader(): (registry: Registry) => Promise<PlanSnapshot> {
  let known = new Map<number, { readonly revision: bigint; readonly objects: Objects }>();
  return async (registry) => {
    const [clock, apiKeys, workspaces] = await Promise.all([
      registry.clock.read(),
      registry.apiKeys.listActive(),
      registry.workspaces.list(),
    ]);
    const objects = await Promise.all(
      workspaces.map(async ({ id, revision }) => {
        const before = known.get(id);
        return before?.revision === revision ? before : readObjects(registry, id);
      }),
    );
    known = new Map(workspaces.map(({ id }, index) => [id, objects[index]!]));
    return {
      version: 1,
      clock: clock.mode === "live" ? { mode: "live" } : { mode: "frozen", at: String(clock.at) },
      apiKeys: apiKeys.map(({ hash, ...key }) => ({ ...key, hash: Buffer.from(hash).toString("hex") })),
      workspaces: await Promise.all(
        workspaces.map((workspace, index) => workspaceSnapshot(registry, workspace, objects[index]!)),
      ),
    };
  };
}

async function readObjects(
  registry: Registry,
  workspaceId: number,
): Promise<{ readonly revision: bigint; readonly objects: Objects }> {
  const { revision, objects } = await registry.definitions.current(workspaceId);
  return { revision, objects: objects.map(objectSnapshot) };
}

function objectSnapshot({ definition, resolved, generationId }: StoredDefinition): Objects[number] {
  return objectSchema.parse({ definition, resolved, generationId });
}

async function workspaceSnapshot(
  registry: Registry,
  { id, name }: Workspace,
  { revision, objects }: { readonly revision: bigint; readonly objects: Objects },
): Promise<WorkspaceSnapshot> {
  const expected = [...(await registry.ledger.expectedOnline(id))];
  return {
    id,
    name,
    revision: String(revision),
    objects,
    expectedSeqs: textsOf(expected.map(([at, { expectedSeq }]) => [at, expectedSeq])),
    hiddenStamps: textsOf(expected.map(([at, { expectedHidden }]) => [at, expectedHidden])),
  };
}

/** Numbers by generation as JSON can hold them, without those that are 0. */
function textsOf(numbers: readonly (readonly [number, bigint])[]): Readonly<Record<string, string>> {
  const known = numbers.filter(([, number]) => number > 0n);
  return Object.fromEntries(known.map(([generation, number]) => [String(generation), String(number)]));
}
