import type { Job, JobLogLine, TriggerRequest } from "@tesela/contract";
import { formatInstant, parseInstant, type JobState, type JobTrigger, type JobType } from "@tesela/core";
import type { CallOptions, Http } from "./http.ts";

/** What to materialize: a range on the view's schedule. */
export interface MaterializationRequest {
  /** A `Date`, or ISO text that is UTC without a zone. */
  readonly startTime: string | Date;
  /** Not part of the range. */
  readonly endTime: string | Date;
  /** Where to; every store that the view has unless told. */
  readonly online?: boolean | undefined;
  readonly offline?: boolean | undefined;
  /** Whether failed attempts are tried again; true unless told. */
  readonly useManagedRetries?: boolean | undefined;
  /** Whether what is materialized already is replaced; false unless told. */
  readonly overwrite?: boolean | undefined;
}

/** Which jobs to list; all of these hold. */
export interface JobFilters {
  readonly state?: JobState | undefined;
  readonly type?: JobType | undefined;
  /** Why it was made. */
  readonly trigger?: JobTrigger | undefined;
  /** Jobs whose range ends after this instant. */
  readonly startTime?: string | Date | undefined;
  /** Jobs whose range starts before this instant. */
  readonly endTime?: string | Date | undefined;
  /** Whether they write that store. */
  readonly online?: boolean | undefined;
  readonly offline?: boolean | undefined;
}

/** One page of jobs. */
export interface JobPageOptions extends JobFilters, CallOptions {
  /** Jobs at most, up to 1,000; 100 unless told. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** A page of jobs, the newest first. */
export interface JobPage {
  readonly jobs: readonly Job[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
}

/** Whose jobs: of a workspace, or of one of its views. */
export interface JobScope {
  readonly workspace: string;
  readonly view?: string | undefined;
}

/** A job by its id. */
export interface JobPath {
  readonly workspace: string;
  readonly id: string;
}

const MOST = 1_000;

/** Body of triggering a job. Throws `VALIDATION` on times that are none. */
export function triggerBody({ startTime, endTime, ...rest }: MaterializationRequest): TriggerRequest {
  return {
    startTime: formatInstant(parseInstant(startTime)),
    endTime: formatInstant(parseInstant(endTime)),
    ...present(rest),
  };
}

/** One page of jobs, the newest first. */
export async function jobPage(http: Http, scope: JobScope, options: JobPageOptions): Promise<JobPage> {
  const { signal, limit, cursor, ...filters } = options;
  const { workspace, view } = scope;
  const query = { view, limit: limit ?? 100, ...filterQuery(filters), cursor };
  return http.call("listJobs", { workspace }, { query: present(query), signal });
}

/** Every job, the newest first; the next page is asked for when it is reached. */
export async function* eachJob(
  http: Http,
  scope: JobScope,
  options: JobFilters & CallOptions,
): AsyncGenerator<Job, void, undefined> {
  let cursor: string | null | undefined;
  do {
    const page = await jobPage(http, scope, { ...options, limit: MOST, cursor: cursor ?? undefined });
    yield* page.jobs;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** A job. Throws `NOT_FOUND`. */
export async function getJob(http: Http, path: JobPath, { signal }: CallOptions): Promise<Job> {
  return (await http.call("getJob", pathOf(path), { signal })).job;
}

/** Stops a job; a final one is given as it is. */
export async function cancelJob(http: Http, path: JobPath, { signal }: CallOptions): Promise<Job> {
  return (await http.call("cancelJob", pathOf(path), { signal })).job;
}

/** Tries a failed or cancelled job again. Throws `CONFLICT` where its range is taken meanwhile. */
export async function retryJob(http: Http, path: JobPath, { signal }: CallOptions): Promise<Job> {
  return (await http.call("retryJob", pathOf(path), { signal })).job;
}

/** How to read a job's log. */
export interface JobLogOptions extends CallOptions {
  /** The number of one attempt; all unless told. */
  readonly attempt?: number | undefined;
}

/** What the workers of a job's attempts had to say, in order. */
export async function jobLogs(
  http: Http,
  path: JobPath,
  { attempt, signal }: JobLogOptions,
): Promise<readonly JobLogLine[]> {
  return (await http.call("getJobLogs", pathOf(path), { query: present({ attempt }), signal })).logs;
}

/** A whole job serves as its path. */
function pathOf({ workspace, id }: JobPath): JobPath {
  return { workspace, id };
}

function filterQuery(filters: JobFilters): Readonly<Record<string, string | undefined>> {
  const { startTime, endTime, online, offline, ...rest } = filters;
  return {
    ...rest,
    startTime: startTime === undefined ? undefined : formatInstant(parseInstant(startTime)),
    endTime: endTime === undefined ? undefined : formatInstant(parseInstant(endTime)),
    online: online?.toString(),
    offline: offline?.toString(),
  };
}

/** The fields that are there. */
function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
