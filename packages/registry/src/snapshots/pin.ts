import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";

/** Notes that a task reads snapshots of a generation; it holds as long as the task's own lease. */
export async function pinGeneration(queries: Queries, taskId: string, generationId: number): Promise<void> {
  await queries.run(statement`
    insert into snapshot_lease (task_id, generation_id)
    values (${taskId}, ${generationId})
    on conflict (task_id, generation_id) do nothing`);
}
