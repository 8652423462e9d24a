import type { Change, StoredPlan } from "@tesela/contract";
import type { Definition, DefinitionKind, Repository } from "@tesela/core";
import type { CurrentState } from "./current-state.ts";
import { decide, type Decision, type WantedState } from "./decide.ts";
import { fingerprintOf } from "./fingerprint.ts";

const KINDS: readonly DefinitionKind[] = ["entity", "batchSource", "batchFeatureView"];

/**
 * What turns the current state into the wanted one: a change for each object that is or shall be, ordered by
 * kind and name, and what to write for it. Deleting or recreating a view is destructive: its data end.
 */
export function diff(current: CurrentState, wanted: WantedState): StoredPlan {
  const puts = KINDS.flatMap((kind) => definitionsOf(wanted.repository, kind)).map((definition) => {
    const decision = decide(definition, current, wanted);
    return { change: changeOf(definition, decision), write: writeOf(definition, decision.action, wanted) };
  });
  const deletes = KINDS.flatMap((kind) => deleted(kind, current.repository, wanted.repository));
  const ordered = [...puts, ...deletes].toSorted((a, b) => compare(a.change, b.change));
  return {
    formatVersion: 1,
    changes: ordered.map(({ change }) => change),
    writes: ordered.flatMap(({ write }) => (write === null ? [] : [write])),
  };
}

function definitionsOf(repository: Repository, kind: DefinitionKind): readonly Definition[] {
  const objects = {
    entity: repository.entities,
    batchSource: repository.sources,
    batchFeatureView: repository.views,
  };
  return [...objects[kind].values()];
}

function changeOf({ kind, name }: Definition, { action, reasons }: Decision): Change {
  return { action, kind, name, reasons: [...reasons], isDestructive: action === "recreate" };
}

function writeOf(
  definition: Definition,
  action: Decision["action"],
  wanted: WantedState,
): StoredPlan["writes"][number] | null {
  if (action === "none") return null;
  const { kind, name } = definition;
  const resolved = kind === "batchFeatureView" ? (wanted.resolved.get(name) ?? null) : null;
  return { action, kind, name, definition, fingerprint: fingerprintOf(definition, resolved), resolved };
}

function deleted(
  kind: DefinitionKind,
  current: Repository,
  wanted: Repository,
): { change: Change; write: StoredPlan["writes"][number] }[] {
  const kept = new Set(definitionsOf(wanted, kind).map(({ name }) => name));
  const gone = definitionsOf(current, kind).filter(({ name }) => !kept.has(name));
  return gone.map(({ name }) => ({
    change: {
      action: "delete",
      kind,
      name,
      reasons: ["it is no longer declared"],
      isDestructive: kind === "batchFeatureView",
    },
    write: { action: "delete", kind, name },
  }));
}

function compare(a: Change, b: Change): number {
  const byKind = KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);
  return byKind !== 0 ? byKind : a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
