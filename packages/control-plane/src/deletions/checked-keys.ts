import { decodeKeyValue, MAX_DELETED_KEYS, type DeletionRequest } from "@tesela/contract";
import { TeselaError, type CompiledView, type KeyValue } from "@tesela/core";

/**
 * The keys of a request in the order of the view's join keys. Throws `VALIDATION` naming the first key that is not
 * a full one or has a part of another type, `LIMIT_EXCEEDED` for too many of them.
 */
export function checkedKeys(
  view: CompiledView,
  { keys }: Pick<DeletionRequest, "keys">,
): readonly (readonly KeyValue[])[] {
  if (keys.length > MAX_DELETED_KEYS) throw tooMany(keys.length);
  return keys.map((key, index) => checkedKey(view, key, `keys[${index}]`));
}

function checkedKey(
  { joinKeys, name: view }: CompiledView,
  key: Readonly<Record<string, unknown>>,
  path: string,
): readonly KeyValue[] {
  const names = joinKeys.map(({ name }) => name);
  const fix = `Give every join key of "${view}" and nothing else: ${listed(joinKeys)}.`;
  const unknown = Object.keys(key).find((name) => !names.includes(name));
  if (unknown !== undefined) throw wrong(path, `feature view "${view}" has no join key "${unknown}"`, fix);
  return joinKeys.map(({ name, type }) => {
    if (!Object.hasOwn(key, name)) throw wrong(path, `the join key "${name}" is missing`, fix);
    return decodeKeyValue(key[name], type, `${path}.${name}`);
  });
}

function listed(joinKeys: CompiledView["joinKeys"]): string {
  return joinKeys.map(({ name, type }) => `${name} (${type})`).join(", ");
}

function wrong(path: string, message: string, fix: string): TeselaError {
  return new TeselaError("VALIDATION", `Only full keys can be deleted: in ${path} ${message}.`, {
    fix,
    problems: [{ path, message, fix }],
  });
}

function tooMany(count: number): TeselaError {
  const message = `A deletion takes at most ${MAX_DELETED_KEYS} keys, this one has ${count}.`;
  return new TeselaError("LIMIT_EXCEEDED", message, {
    fix: `Split them over ${Math.ceil(count / MAX_DELETED_KEYS)} calls.`,
  });
}
