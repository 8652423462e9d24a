import type { RunRequest } from "@tesela/contract";
import { KEY_TYPES, type KeyType, type RealtimeFeatureViewDefinition } from "@tesela/core";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import type { Spine, SpineHints } from "../frame/spine.ts";
import { downloadFrame } from "./frame-download.ts";
import type { Http } from "./http.ts";
import { finishedRetrieval } from "./retrieval.ts";
import type { RunOptions, RunView } from "./run.ts";
import { uploadSpine } from "./spine-upload.ts";

/** A table for each source of a realtime view, by the name that its function calls it; row by row they are its inputs. */
export type RealtimeRunOptions = Pick<RunOptions, "signal" | "onProgress"> & {
  readonly mockSources: Readonly<Record<string, Spine>>;
};

/** Runs the function of a realtime view over tables; a row of the frame is made of one row of each. `rest` is sent, too. */
export async function runRealtimeView(
  http: Http,
  workspace: string,
  { name, definitions }: RunView,
  definition: Pick<RealtimeFeatureViewDefinition, "sources">,
  { mockSources: mocks, signal, onProgress }: RealtimeRunOptions,
  rest: Pick<RunRequest, "startTime" | "endTime" | "aggregationLevel"> = {},
): Promise<FeatureFrame> {
  const mockSources: Record<string, string> = {};
  for (const [parameter, table] of Object.entries(mocks)) {
    mockSources[parameter] = await uploadSpine(http, workspace, table, hintsOf(definition, parameter), {
      signal,
    });
  }
  const body: RunRequest = {
    featureView: name,
    ...rest,
    ...(definitions === null ? {} : { definitions }),
    mockSources,
  };
  const { retrieval } = await http.call("run", { workspace }, { body, signal });
  const { id } = await finishedRetrieval(http, workspace, retrieval, { signal, onProgress });
  return downloadFrame(http, workspace, id, { counts: new Set(), statistics: {} }, { signal });
}

/** Request data of the types that keys have are sent as such, also in rows that do not show it. */
function hintsOf({ sources }: Pick<RealtimeFeatureViewDefinition, "sources">, parameter: string): SpineHints {
  const source = sources.find((one) => one.parameter === parameter);
  const fields = source?.kind === "request" ? source.schema : [];
  const isKey = (type: string): type is KeyType => KEY_TYPES.some((one) => one === type);
  const keys = fields.flatMap(({ name, type }) => (isKey(type) ? [[name, type] as const] : []));
  return { timestampKey: null, keyTypes: Object.fromEntries(keys) };
}
