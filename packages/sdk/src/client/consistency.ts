import {
  errorOfProblem,
  MAX_WAIT_SECONDS,
  type ConsistencyChecking,
  type ConsistencyData,
  type FeatureConsistency,
} from "@tesela/contract";
import { formatInstant, parseInstant, TeselaError } from "@tesela/core";
import { formatTable } from "../frame/table.ts";
import type { ViewPath } from "./delete-keys.ts";
import type { CallOptions, Http } from "./http.ts";
import { WAIT_RETRY } from "./retry.ts";

/** Which keys are compared, and when. */
export interface ConsistencyOptions extends CallOptions {
  /** Keys that are compared; 1,000 unless told, 10,000 at most. */
  readonly sampleSize?: number | undefined;
  /** The instant of both answers; the greatest that both sides answer unless told. */
  readonly at?: string | Date | undefined;
  /** Another seed samples other keys; 0 unless told. */
  readonly seed?: number | undefined;
  /** Example keys at most of each feature; 5 unless told. */
  readonly examples?: number | undefined;
  /** Where history is read; of stream views the source, else the offline store where there is one. */
  readonly fromSource?: boolean | undefined;
}

/** What a comparison of the online store with history has found; it prints as a table. */
export class ConsistencyReport implements ConsistencyData {
  readonly featureView: string;
  /** The instant of both answers. */
  readonly at: string;
  readonly bound: string;
  readonly seed: number;
  readonly history: ConsistencyData["history"];
  readonly sampledKeys: number;
  /** Those of them with a difference in any feature. */
  readonly differingKeys: number;
  readonly features: readonly FeatureConsistency[] & ConsistencyData["features"];
  /** Both sides of some of the differing keys. */
  readonly explained: ConsistencyData["explained"];

  constructor(data: ConsistencyData) {
    this.featureView = data.featureView;
    this.at = data.at;
    this.bound = data.bound;
    this.seed = data.seed;
    this.history = data.history;
    this.sampledKeys = data.sampledKeys;
    this.differingKeys = data.differingKeys;
    this.features = data.features;
    this.explained = data.explained;
  }

  /** Whether every answer was the same. */
  get isConsistent(): boolean {
    return this.differingKeys === 0;
  }

  toString(): string {
    const head = `${this.featureView} at ${this.at} (bound ${this.bound}): ${this.differingKeys} of ${this.sampledKeys} keys differ from the ${this.history}`;
    const rows = this.features.map(({ feature, equal, mismatch, missing, extra }) => {
      return { FEATURE: feature, EQUAL: equal, MISMATCH: mismatch, MISSING: missing, EXTRA: extra };
    });
    return [head, formatTable(COLUMNS, rows, rows.length), ...this.features.flatMap(exampleLines)].join("\n");
  }

  /** How `console.log` shows a report in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

const COLUMNS = [
  { name: "FEATURE", type: "string" },
  { name: "EQUAL", type: "int64" },
  { name: "MISMATCH", type: "int64" },
  { name: "MISSING", type: "int64" },
  { name: "EXTRA", type: "int64" },
] as const;

function exampleLines({ feature, examples }: FeatureConsistency): string[] {
  return examples.map(({ joinKeys, difference, online, offline }) => {
    const key = Object.entries(joinKeys).map(([name, value]) => `${name}=${String(value)}`);
    return `  ${feature} ${difference} at ${key.join(" ")}: online ${JSON.stringify(online)}, history ${JSON.stringify(offline)}`;
  });
}

/** Compares what the online store answers with the historical read at the same instant (TIME T12). */
export async function checkConsistencyOf(
  http: Http,
  path: ViewPath,
  { signal, at, sampleSize, seed, examples, fromSource }: ConsistencyOptions,
): Promise<ConsistencyReport> {
  const body = {
    ...(at === undefined ? {} : { at: formatInstant(parseInstant(at)) }),
    ...(sampleSize === undefined ? {} : { sampleSize }),
    ...(seed === undefined ? {} : { seed }),
    ...(examples === undefined ? {} : { examples }),
    ...(fromSource === undefined ? {} : { fromSource }),
  };
  let { checking } = await http.call("checkConsistency", path, { body, signal });
  const query = { waitSeconds: MAX_WAIT_SECONDS };
  const wait = { query, extraMs: MAX_WAIT_SECONDS * 1000, retry: WAIT_RETRY, signal };
  while (checking.state === "PENDING" || checking.state === "RUNNING") {
    const parameters = { workspace: path.workspace, id: checking.id };
    checking = (await http.call("getConsistencyCheck", parameters, wait)).checking;
  }
  return new ConsistencyReport(resultOf(checking));
}

function resultOf({ id, result, error }: ConsistencyChecking): ConsistencyData {
  if (result !== null) return result;
  if (error !== null) throw errorOfProblem(error);
  throw new TeselaError("INTERNAL", `The check of consistency "${id}" failed without a reason.`);
}
