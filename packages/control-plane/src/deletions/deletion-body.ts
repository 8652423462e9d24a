import type { Deletion as DeletionBody } from "@tesela/contract";
import { formatInstant, parseInstant } from "@tesela/core";
import type { Deletion } from "@tesela/registry";
import { jobBodyOf } from "../jobs/job-body.ts";

/** What no deletion of ours reaches, in words for whoever answers for the data. */
const MAY_REMAIN = [
  "the batch sources and streams themselves: reads and jobs leave the keys out of what they compute from them",
  "results of historical reads and uploaded spines, until they expire",
  "rows that were uploaded to be ingested, until their job has ended",
  "sampled logs of what feature services have served, in the offline store's folder served/, until they are past their retention",
  "frames and datasets that were downloaded",
  "the deletion itself, which has to know its keys; logs name no keys but in error messages",
  "backups of the stores and of the registry's database",
];

/** A deletion as a client sees it. */
export function deletionBodyOf(deletion: Deletion): DeletionBody {
  const { id, view, at, keyCount, online, offline, createdAt, jobs } = deletion;
  return {
    id: String(id),
    featureView: view,
    at: formatInstant(at),
    keyCount,
    online,
    offline,
    createdAt: formatInstant(parseInstant(createdAt)),
    jobs: jobs.map(jobBodyOf),
    mayRemain: MAY_REMAIN,
  };
}
