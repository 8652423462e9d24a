import type { JoinKey } from "../value/key.ts";
import type { KeyType } from "../value/value-type.ts";
import { joinKeysOf, realtimeJoinKeysOf } from "./join-keys-of.ts";
import type { Problems } from "./problems.ts";
import type { Repository } from "./validate.ts";

/** The join keys met so far by the names that the reader gives them, and the view that each was first met in. */
export type KeysSoFar = Map<string, { readonly type: KeyType; readonly view: string }>;

/** A view that is read under join keys of the reader's own. */
interface MappedView {
  readonly view: string;
  readonly joinKeyMap?: Readonly<Record<string, string>>;
}

/** Views that share a key of the reader's read it as one value, so it must be of one type. */
export function validateMappedKeys(
  problems: Problems,
  path: string,
  { view: name, joinKeyMap = {} }: MappedView,
  repository: Repository,
  keys: KeysSoFar,
): void {
  const joinKeys = keysOf(name, repository);
  if (joinKeys === null) return;
  const at = `${path}.joinKeyMap`;
  for (const key of Object.keys(joinKeyMap).filter(
    (one) => !joinKeys.some((joinKey) => joinKey.name === one),
  )) {
    const fix = `Its join keys: ${joinKeys.map((joinKey) => joinKey.name).join(", ")}.`;
    problems.add(at, `feature view "${name}" has no join key "${key}"`, fix);
  }
  const mapped = joinKeys.map((key) => ({ type: key.type, name: joinKeyMap[key.name] ?? key.name }));
  for (const key of mapped) {
    problems.name(at, key.name);
    const before = keys.get(key.name);
    keys.set(key.name, before ?? { type: key.type, view: name });
    if (before === undefined || before.type === key.type) continue;
    const found = `the join key "${key.name}" is ${key.type} here and ${before.type} in feature view "${before.view}"`;
    problems.add(at, found, "Map one of them to another name with .withJoinKeyMap().");
  }
  problems.unique(
    at,
    mapped.map((key) => key.name),
  );
}

function keysOf(name: string, repository: Repository): readonly JoinKey[] | null {
  const view = repository.views.get(name);
  if (view !== undefined) return joinKeysOf(view, repository);
  const realtime = repository.realtimeViews.get(name);
  return realtime === undefined ? null : realtimeJoinKeysOf(realtime, repository);
}
