import type { CurrentFile, HousekeepingPolicy, MergeGroup } from "../types/housekeeping.ts";

type Policy = Pick<HousekeepingPolicy, "smallFileBytes" | "mergedFileBytes" | "leastFiles">;

/**
 * The groups of neighbouring small files that are worth a merge. A file takes part when its live rows are those of
 * its commits wherever they lie: where stores differ in which commit is live, each keeps its own files.
 */
export function planMerges(files: readonly CurrentFile[], policy: Policy): MergeGroup[] {
  const shared = contested(files);
  const sorted = files.filter(({ parts }) => parts.length > 0).toSorted(byStart);
  const groups: CurrentFile[][] = [[]];
  let bytes = 0;
  for (const file of sorted) {
    const fits = isMergeable(file, policy) && !shared.has(file.id);
    const last = groups.at(-1)!.at(-1);
    const isAlike = last === undefined || last.deletionId === file.deletionId;
    if (!fits || !isAlike || bytes + file.bytes > policy.mergedFileBytes) {
      groups.push([]);
      bytes = 0;
    }
    if (!fits) continue;
    groups.at(-1)!.push(file);
    bytes += file.bytes;
  }
  return groups.filter((group) => group.length >= Math.max(2, policy.leastFiles));
}

function isMergeable({ isPending, bytes }: CurrentFile, { smallFileBytes }: Policy): boolean {
  return !isPending && bytes <= smallFileBytes;
}

function byStart(a: CurrentFile, b: CurrentFile): number {
  const [first, second] = [a.parts[0]!.during.start, b.parts[0]!.during.start];
  return first < second ? -1 : first > second ? 1 : Number(a.id - b.id);
}

/** Files with a part that overlaps one of another commit: in another store, or not pushed yet. */
function contested(files: readonly CurrentFile[]): ReadonlySet<bigint> {
  const parts = files
    .flatMap(({ id, parts: some }) => some.map((part) => ({ id, ...part })))
    .toSorted((a, b) => (a.during.start < b.during.start ? -1 : a.during.start > b.during.start ? 1 : 0));
  const found = new Set<bigint>();
  let open: typeof parts = [];
  for (const part of parts) {
    open = open.filter(({ during }) => during.end > part.during.start);
    for (const other of open) {
      if (other.commitId === part.commitId) continue;
      found.add(other.id).add(part.id);
    }
    open.push(part);
  }
  return found;
}
