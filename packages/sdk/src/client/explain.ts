import { errorOfProblem, MAX_WAIT_SECONDS, type Explaining, type ExplainRequest } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { Spine } from "../frame/spine.ts";
import { Explanation } from "./explanation.ts";
import { spineRequest, type HistoricalOptions, type ReadTarget } from "./historical.ts";
import type { Http } from "./http.ts";
import { WAIT_RETRY } from "./retry.ts";

/** The read that is to be explained, and one of its rows. */
export interface ExplainOptions extends Omit<HistoricalOptions, "onProgress"> {
  /** A row of the spine, the first being 0: why does it get what it gets? */
  readonly row?: number | undefined;
}

/** Explains a historical read with a spine without doing it. */
export async function explainHistorical(
  http: Http,
  workspace: string,
  target: ReadTarget,
  spine: Spine,
  { row, ...options }: ExplainOptions,
): Promise<Explanation> {
  const { signal } = options;
  const read = await spineRequest(http, workspace, target, spine, options);
  const body: ExplainRequest = row === undefined ? read : { ...read, row };
  const { explaining } = await http.call("explain", { workspace }, { body, signal });
  return new Explanation(resultOf(await ended(http, workspace, explaining, signal)));
}

async function ended(
  http: Http,
  workspace: string,
  started: Explaining,
  signal: AbortSignal | undefined,
): Promise<Explaining> {
  const wait = {
    query: { waitSeconds: MAX_WAIT_SECONDS },
    extraMs: MAX_WAIT_SECONDS * 1000,
    retry: WAIT_RETRY,
  };
  let explaining = started;
  while (explaining.state === "PENDING" || explaining.state === "RUNNING") {
    const parameters = { workspace, id: explaining.id };
    explaining = (await http.call("getExplanation", parameters, { ...wait, signal })).explaining;
  }
  return explaining;
}

function resultOf({ id, result, error }: Explaining): NonNullable<Explaining["result"]> {
  if (result !== null) return result;
  if (error !== null) throw errorOfProblem(error);
  throw new TeselaError("INTERNAL", `Explanation "${id}" failed without a reason.`);
}
