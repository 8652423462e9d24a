export type { CallOptions, OfflineStore, OpenedFile, Scratch, StoredFile } from "./port.ts";

export { openOfflineStore, type OfflineStoreOptions } from "./open-offline-store.ts";
export type { S3Credentials } from "./s3/client.ts";

export { checkFolder, checkPath, isPath } from "./path.ts";
export {
  attemptFolder,
  attemptIdAt,
  attemptPath,
  generationFolder,
  resultPath,
  retrievalFolder,
  SERVED_LOGS,
  servedLogAt,
  servedLogFolder,
  servedLogPath,
  spineFormatOf,
  spinePath,
  viewFolder,
  type AttemptAddress,
  type ServedLogAddress,
  type SpineFormat,
} from "./layout.ts";
