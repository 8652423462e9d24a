import { readdirSync, readFileSync } from "node:fs";

/** What the kernel counts in (USER_HZ), the same on every Linux of today. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Its own time and that of children which have ended. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** CPU time, in seconds, that this process and all below it have used so far, those that have ended included. */
export function treeCpuSeconds(): number {
  return tree().reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** Memory, in bytes, of the largest process below this one right now. */
export function largestChildBytes(): number {
  return Math.max(0, ...tree().flatMap((one) => (one.pid === process.pid ? [] : [one.residentBytes])));
}

function tree(): readonly ProcessStat[] {
  const all = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? readStat(name) : []));
  const found = new Map(all.filter(({ pid }) => pid === process.pid).map((one) => [one.pid, one]));
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const one of all) if (found.has(one.parent)) found.set(one.pid, one);
  }
  return [...found.values()];
}

/** Nothing of a process that has ended meanwhile. Fields are counted from behind the name, which may hold anything. */
function readStat(pid: string): ProcessStat[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [user, system, childUser, childSystem] = fields.slice(11, 15) as [number, number, number, number];
    const cpuSeconds = (user + system + childUser + childSystem) / TICKS_PER_SECOND;
    return [{ pid: Number(pid), parent: fields[1]!, cpuSeconds, residentBytes: fields[21]! * PAGE_BYTES }];
  } catch {
    return [];
  }
}
