import { checkPath, checkSegment } from "./path.ts";

/** The attempt of a job that writes files for one generation of a view. */
export interface AttemptAddress {
  readonly workspaceId: string;
  readonly viewName: string;
  readonly generation: number;
  readonly attemptId: string;
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

/** The spine a retrieval task joins to: `retrieval/<task>/spine.parquet`. */
export function spinePath(taskId: string): string {
  return `${retrievalFolder(taskId)}/spine.parquet`;
}

/** The frame a retrieval task answers with: `retrieval/<task>/result.parquet`. */
export function resultPath(taskId: string): string {
  return `${retrievalFolder(taskId)}/result.parquet`;
}
