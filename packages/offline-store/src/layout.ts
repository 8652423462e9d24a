import { micros, type EpochMicros, type FileBatchConfig } from "@tesela/core";
import { checkPath, checkSegment } from "./path.ts";

/** What a table that a client sent is: the ending of its file's name. */
export type SpineFormat = FileBatchConfig["format"];

/** The attempt of a job that writes files for one generation of a view. */
export interface AttemptAddress {
  readonly workspaceId: string;
  readonly viewName: string;
  readonly generation: number;
  readonly attemptId: string;
}

/** The folder of all that the attempts of one generation of a view write: `ws/<workspace>/<view>/g<generation>`. */
export function generationFolder(address: Omit<AttemptAddress, "attemptId">): string {
  const folder = attemptFolder({ ...address, attemptId: "0" });
  return folder.slice(0, folder.lastIndexOf("/"));
}

/** The folder of all generations of a view: `ws/<workspace>/<view>`. */
export function viewFolder(workspaceId: string, viewName: string): string {
  const folder = generationFolder({ workspaceId, viewName, generation: 1 });
  return folder.slice(0, folder.lastIndexOf("/"));
}

/** The attempt that a file lies in the folder of; `null` where its path is none of an attempt. */
export function attemptIdAt(path: string): string | null {
  const id = /^ws\/[^/]+\/[^/]+\/g\d+\/a([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\//.exec(path)?.[1];
  return id ?? null;
}

/** The folder of everything one attempt writes: `ws/<workspace>/<view>/g<generation>/a<attempt>`. */
export function attemptFolder({ workspaceId, viewName, generation, attemptId }: AttemptAddress): string {
  const segments = [
    "ws",
    checkSegment("workspace id", workspaceId),
    checkSegment("view name", viewName),
    checkSegment("generation", `g${generation}`),
    checkSegment("attempt id", `a${attemptId}`),
  ];
  return checkPath(segments.join("/"));
}

/** Where an attempt puts a file: `ws/<workspace>/<view>/g<generation>/a<attempt>/<file>`. */
export function attemptPath(address: AttemptAddress, fileName: string): string {
  return checkPath(`${attemptFolder(address)}/${checkSegment("file name", fileName)}`);
}

/** The folder of one retrieval task: `retrieval/<task>`. */
export function retrievalFolder(taskId: string): string {
  return `retrieval/${checkSegment("task id", taskId)}`;
}

/** The spine a retrieval task joins to, or another table that a client sent: `retrieval/<id>/spine.<format>`. */
export function spinePath(id: string, format: SpineFormat = "parquet"): string {
  return `${retrievalFolder(id)}/spine.${format}`;
}

/** What the file of a spine is, by the ending of its path; `null` when it is none of these. */
export function spineFormatOf(path: string): SpineFormat | null {
  const ending = /\.(parquet|csv|ndjson)$/.exec(path)?.[1];
  return (ending as SpineFormat | undefined) ?? null;
}

/** The frame a retrieval task answers with: `retrieval/<task>/result.parquet`. */
export function resultPath(taskId: string): string {
  return `${retrievalFolder(taskId)}/result.parquet`;
}

/** A file of vectors that a feature service has served, and the instants of its first and its last. */
export interface ServedLogAddress {
  readonly workspaceId: string;
  readonly service: string;
  readonly id: string;
  readonly first: EpochMicros;
  readonly last: EpochMicros;
}

/** The folder of all served vectors that are kept; those of a workspace lie in the folder of its id. */
export const SERVED_LOGS = "served";

/** The folder of all vectors that are kept of a feature service: `served/<workspace>/<service>`. */
export function servedLogFolder(workspaceId: string, service: string): string {
  return `${SERVED_LOGS}/${checkSegment("workspace id", workspaceId)}/${checkSegment("service name", service)}`;
}

/** Where a file of served vectors lies: its name tells its instants, in microseconds. */
export function servedLogPath({ workspaceId, service, id, first, last }: ServedLogAddress): string {
  return checkPath(`${servedLogFolder(workspaceId, service)}/${first}_${last}_${id}.parquet`);
}

const SERVED_LOG = /^served\/([^/]+)\/([^/]+)\/(-?\d+)_(-?\d+)_([0-9a-f-]+)\.parquet$/;

/** What the path of a file of served vectors tells; `null`: it is none. */
export function servedLogAt(path: string): ServedLogAddress | null {
  const [, workspaceId, service, first, last, id] = SERVED_LOG.exec(path) ?? [];
  if (workspaceId === undefined || service === undefined || id === undefined) return null;
  return { workspaceId, service, id, first: micros(BigInt(first!)), last: micros(BigInt(last!)) };
}
