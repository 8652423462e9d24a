import { writeFileSync } from "node:fs";

const checkEveryMs = 100;
// What Node and DuckDB's own code hold beyond the memory DuckDB counts.
const overheadBytes = 512 * 1024 * 1024;

/** Has the kernel kill this process before any other when memory runs out (Linux; elsewhere nothing). */
export function volunteerForOutOfMemoryKill(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "1000");
  } catch {
    // Not Linux: the guard below stands alone.
  }
}

/**
 * Calls `onExceeded` once the process holds more than DuckDB's limit plus overhead: some functions, such as
 * `range` as a list, allocate outside the memory that DuckDB counts. Returns what ends the watch.
 */
export function guardMemory(memoryBytes: number, onExceeded: (heldBytes: number) => void): () => void {
  const limitBytes = memoryBytes * 1.5 + overheadBytes;
  const timer = setInterval(() => {
    const heldBytes = process.memoryUsage.rss();
    if (heldBytes > limitBytes) onExceeded(heldBytes);
  }, checkEveryMs);
  return () => clearInterval(timer);
}
