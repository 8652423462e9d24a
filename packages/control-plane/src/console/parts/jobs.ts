import type { Job } from "@tesela/contract";
import { html, type Html } from "../html.ts";
import { pathOf } from "../paths.ts";
import { jobStatusOf } from "./status.ts";
import { tableOf } from "./table.ts";
import { momentOf, timeOf } from "./time.ts";

/** The jobs of a view, newest first. */
export function jobsTable(workspace: string, jobs: readonly Job[]): Html {
  return tableOf({
    caption: "The latest jobs, newest first",
    columns: ["Job", "State", "Type", "From", "Until, not included", "Stores", "Attempts", "Made", "By"],
    rows: jobs.map((job) => [
      html`<a class="id" href="${pathOf("job", { workspace, job: job.id })}">${job.id.slice(0, 8)}</a>`,
      jobStatusOf(job.state),
      job.type,
      timeOf(job.startTime),
      timeOf(job.endTime),
      storesOf(job),
      job.attempts.length,
      momentOf(job.createdAt),
      job.trigger,
    ]),
    empty: "There has been no job yet.",
  });
}

/** The stores that a job writes. */
export function storesOf({ online, offline }: Pick<Job, "online" | "offline">): string {
  return [...(offline ? ["offline"] : []), ...(online ? ["online"] : [])].join(", ");
}
