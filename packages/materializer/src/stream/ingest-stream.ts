import { createHash } from "node:crypto";
import type { StreamPayload, StreamResult } from "@tesela/contract";
import { streamResultSchema } from "@tesela/contract";
import { canonicalJson, compileView, repositoryOf, type CompiledView, type Sql } from "@tesela/core";
import type { Task } from "@tesela/registry";
import type { TaskOptions } from "../engine/engine.ts";
import type { TypedColumn } from "../engine/protocol.ts";
import { BoundedCache } from "../engine/bounded-cache.ts";
import { openSource } from "../source/source-reader.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { applyPending } from "./apply-pending.ts";
import { textRelation } from "./event-text.ts";
import { readRecords, recordColumns } from "./records.ts";
import { transformRecords, type TransformedRecords } from "./transform-records.ts";

/** A view that reads a stream, and where its events go. */
interface StreamView {
  readonly view: CompiledView;
  readonly generationId: number;
}

/** The columns of streams by their definition and that of the views that were checked against them. */
const knownColumns = new BoundedCache<readonly TypedColumn[]>(200);

/**
 * Takes rows that were pushed into streams: transforms them, logs the events of every view durably, and brings
 * them online. When it returns, the next read sees them; a repeated request changes nothing. Throws `VALIDATION`
 * and `VALUE_ERROR` naming what is wrong, and then nothing was ingested.
 */
export async function ingestStream(
  context: WorkerContext,
  { workspaceId }: Pick<Task, "workspaceId">,
  payload: StreamPayload,
  options: TaskOptions,
): Promise<StreamResult> {
  const { streams } = context.registry;
  const { idempotencyKey, isDryRun } = payload;
  const views = payload.views.map(compiled);
  const digest = createHash("sha256").update(canonicalJson(payload.sources)).digest("hex");
  const known = isDryRun ? null : await streams.known(workspaceId, idempotencyKey, digest);
  if (known !== null) {
    await applyAll(context, workspaceId, views, options);
    return streamResultSchema.parse(known);
  }
  const relations = await relationsOf(context, payload, options);
  const taken: (TransformedRecords & StreamView)[] = [];
  for (const one of views) {
    const relation = relations.get(one.view.sources[0]!.definition.name)!;
    taken.push({ ...one, ...(await transformRecords(context, one.view, relation, options)) });
  }
  const result = {
    views: taken.map(({ view: { name }, events, rejected }) => ({ name, events: events.length, rejected })),
  };
  if (isDryRun) return result;
  const online = taken.filter(({ view }) => view.online);
  const appended = await streams.append({ workspaceId, idempotencyKey, digest, result, views: online });
  context.failpoint("after-append");
  await applyAll(context, workspaceId, views, options);
  return streamResultSchema.parse(appended.result);
}

async function applyAll(
  context: WorkerContext,
  workspaceId: number,
  views: readonly StreamView[],
  options: TaskOptions,
): Promise<void> {
  for (const { view, generationId: generation } of views) {
    if (!view.online) continue;
    const target = { store: context.onlineStore, view, workspaceId, generation };
    await applyPending(context, target, options);
  }
}

function compiled({ definition, entities, sources, resolved, generationId }: StreamPayload["views"][number]) {
  return { view: compileView(definition, repositoryOf([...entities, ...sources]), resolved), generationId };
}

/** The pushed rows of each stream, with the columns of its batch log. */
async function relationsOf(
  context: WorkerContext,
  { sources, views }: StreamPayload,
  options: TaskOptions,
): Promise<ReadonlyMap<string, Sql>> {
  const relations = new Map<string, Sql>();
  for (const one of sources) {
    const key = canonicalJson([one.source, views.map(({ resolved }) => resolved)]);
    const columns = recordColumns(await columnsOf(context, one.source, key, options));
    relations.set(one.source.name, textRelation(columns, readRecords(one, columns)));
  }
  return relations;
}

async function columnsOf(
  { engine, sourceRoots: roots, sourceLimits: limits }: WorkerContext,
  source: StreamPayload["sources"][number]["source"],
  key: string,
  options: TaskOptions,
): Promise<readonly TypedColumn[]> {
  const known = knownColumns.get(key);
  if (known !== undefined) return known;
  const { columns } = await openSource({ engine, roots, limits }, source, options);
  knownColumns.set(key, columns);
  return columns;
}
