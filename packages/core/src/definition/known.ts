/** The names that there are, for the fix of a name that is not among them. */
export function known(objects: ReadonlyMap<string, unknown>): string {
  return objects.size === 0
    ? "None are declared."
    : `Declared: ${[...objects.keys()].toSorted().join(", ")}.`;
}
