import type { Problem } from "../errors/problem.ts";
import { tryParseDuration, type DurationMicros } from "../time/duration.ts";
import { parseInstant, type EpochMicros } from "../time/instant.ts";
import { NAME_FIX, nameProblem } from "./names.ts";

/** Collects every problem of an input under its path, instead of stopping at the first. */
export class Problems {
  readonly found: Problem[] = [];

  add(path: string, message: string, fix?: string): void {
    this.found.push(fix === undefined ? { path, message } : { path, message, fix });
  }

  name(path: string, value: string): void {
    const message = nameProblem(value);
    if (message !== null) this.add(path, message, NAME_FIX);
  }

  /** The duration, or null after noting why not. */
  duration(path: string, text: string): DurationMicros | null {
    const parsed = tryParseDuration(text);
    if (parsed === null) this.add(path, `"${text}" is not a duration`, 'Write "10m", "2h", "7d".');
    return parsed;
  }

  /** A duration above zero, or null after noting why not. */
  positiveDuration(path: string, text: string): DurationMicros | null {
    const parsed = this.duration(path, text);
    if (parsed === null || parsed > 0n) return parsed;
    this.add(path, `"${text}" is not above zero`);
    return null;
  }

  instant(path: string, text: string): EpochMicros | null {
    try {
      return parseInstant(text);
    } catch {
      this.add(path, `"${text}" is not an instant`, "Write ISO 8601, such as 2024-01-31T00:00:00Z.");
      return null;
    }
  }

  /** Notes each name that stands more than once, letter case aside, as DuckDB sees it. */
  unique(path: string, names: readonly string[], fix?: string): void {
    const seen = new Set<string>();
    for (const name of names) {
      const folded = name.toLowerCase();
      if (seen.has(folded))
        this.add(path, `"${name}" stands more than once (letter case does not count)`, fix);
      seen.add(folded);
    }
  }
}
