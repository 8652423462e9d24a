import { errorOfProblem, MAX_WAIT_SECONDS, type Retrieval } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { CallOptions, Http } from "./http.ts";
import { WAIT_RETRY } from "./retry.ts";

/** How to wait for a historical read. */
export interface RetrievalWaitOptions extends CallOptions {
  /** Called with how far the read is, as often as the server tells. */
  readonly onProgress?: ((retrieval: Retrieval) => void) | undefined;
}

/** Waits until a historical read has succeeded; throws what it failed with. */
export async function finishedRetrieval(
  http: Http,
  workspace: string,
  started: Retrieval,
  { signal, onProgress }: RetrievalWaitOptions,
): Promise<Retrieval> {
  const wait = {
    query: { waitSeconds: MAX_WAIT_SECONDS },
    extraMs: MAX_WAIT_SECONDS * 1000,
    retry: WAIT_RETRY,
  };
  let retrieval = started;
  while (retrieval.state === "PENDING" || retrieval.state === "RUNNING") {
    const parameters = { workspace, id: retrieval.id };
    retrieval = (await http.call("getRetrieval", parameters, { ...wait, signal })).retrieval;
    onProgress?.(retrieval);
  }
  if (retrieval.state === "SUCCESS") return retrieval;
  if (retrieval.error !== null) throw errorOfProblem(retrieval.error);
  throw new TeselaError("INTERNAL", `Historical read "${retrieval.id}" failed without a reason.`);
}
