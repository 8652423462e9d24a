import type { Change, StoredPlan } from "@tesela/contract";
import { DEFINITION_KINDS, isViewKind, type Definition, type Repository } from "@tesela/core";
import type { CurrentState } from "./current-state.ts";
import { decide, type Decision, type WantedState } from "./decide.ts";
import { fingerprintOf } from "./fingerprint.ts";

/**
 * What turns the current state into the wanted one: a change for each object that is or shall be, ordered by
 * kind and name, and what to write for it, deletions first: a name may come back as another kind. Deleting or
 * recreating a view is destructive: its data end.
 */
export function diff(current: CurrentState, wanted: WantedState): StoredPlan {
  const puts = definitionsOf(wanted.repository).map((definition) => {
    const decision = decide(definition, current, wanted);
    return { change: changeOf(definition, decision), write: writeOf(definition, decision.action, wanted) };
  });
  const ordered = [...puts, ...deletions(current.repository, wanted.repository)].toSorted((a, b) =>
    compare(a.change, b.change),
  );
  const writes = ordered.flatMap(({ write }) => (write === null ? [] : [write]));
  const isDelete = ({ action }: StoredPlan["writes"][number]): boolean => action === "delete";
  return {
    formatVersion: 1,
    changes: ordered.map(({ change }) => change),
    writes: [...writes.filter(isDelete), ...writes.filter((write) => !isDelete(write))],
  };
}

function definitionsOf(repository: Repository): readonly Definition[] {
  const { entities, sources, views, realtimeViews, services } = repository;
  return [entities, sources, views, realtimeViews, services].flatMap((objects) => [...objects.values()]);
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
  const resolved = isViewKind(kind) ? (wanted.resolved.get(name) ?? null) : null;
  return { action, kind, name, definition, fingerprint: fingerprintOf(definition, resolved), resolved };
}

function deletions(
  current: Repository,
  wanted: Repository,
): { change: Change; write: StoredPlan["writes"][number] }[] {
  const identity = ({ kind, name }: Definition): string => `${kind} ${name}`;
  const kept = new Set(definitionsOf(wanted).map(identity));
  const gone = definitionsOf(current).filter((definition) => !kept.has(identity(definition)));
  return gone.map(({ kind, name }) => ({
    change: {
      action: "delete",
      kind,
      name,
      reasons: ["it is no longer declared"],
      isDestructive: isViewKind(kind),
    },
    write: { action: "delete", kind, name },
  }));
}

function compare(a: Change, b: Change): number {
  const byKind = DEFINITION_KINDS.indexOf(a.kind) - DEFINITION_KINDS.indexOf(b.kind);
  return byKind !== 0 ? byKind : a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
