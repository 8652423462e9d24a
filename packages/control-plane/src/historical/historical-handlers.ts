import type { Task } from "@tesela/registry";
import type { Call, Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { readRetrieval, retrievalBodyOf } from "./read-retrieval.ts";
import { waitForRetrievalTask } from "./retrieval-task.ts";
import { sendResult } from "./send-result.ts";
import { startRetrieval } from "./start-retrieval.ts";
import { signedUploads } from "./signed-upload.ts";
import { uploadSpine } from "./upload-spine.ts";

type Names = "uploadSpine" | "uploadSigned" | "retrieveHistorical" | "getRetrieval" | "getRetrievalResult";

/** Answers historical reads: the spine comes first, then the read, then its result. */
export function historicalHandlers(services: Services): Pick<Handlers, Names> {
  return {
    uploadSpine: (call) => uploadSpine(services, call),
    uploadSigned: signedUploads(services),
    retrieveHistorical: async (call) => ({
      retrieval: retrievalBodyOf(await startRetrieval(services, call), call.requestId),
    }),
    getRetrieval: async (call) => ({
      retrieval: retrievalBodyOf(await waitForRetrieval(services, call), call.requestId),
    }),
    getRetrievalResult: async (call) => {
      await sendResult(services, call, await readRetrieval(services.registry, call.parameters, call.key));
      return null;
    },
  };
}

async function waitForRetrieval(services: Services, call: Call<"getRetrieval">): Promise<Task> {
  const task = await readRetrieval(services.registry, call.parameters, call.key);
  return waitForRetrievalTask(services, task, call);
}
