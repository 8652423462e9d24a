import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { Alert, AlertCondition, AlertMessage } from "../types/alert.ts";

const columns = statement`
  alert.id, alert.name, alert.event, alert.workspace_id as "workspaceId", alert.generation_id as "generationId",
  alert.job_id as "jobId", alert.details, alert.opened_at as "openedAt", alert.closed_at as "closedAt",
  workspace.name as workspace, view_generation.view_name as "featureView"`;

/** Opens an alert unless one of its name is open. */
export async function openAlert(
  tx: Queries,
  { name, event, workspaceId, generationId, jobId, details }: AlertCondition,
  messagesOf: (alert: Alert) => readonly AlertMessage[],
): Promise<boolean> {
  const row = await tx.first<{ id: string }>(statement`
    insert into alert (name, event, workspace_id, generation_id, job_id, details)
    values (${name}, ${event}, ${workspaceId}, ${generationId}, ${jobId}, ${JSON.stringify(details)}::jsonb)
    on conflict (name) where closed_at is null do nothing
    returning id`);
  if (row === null) return false;
  await insertDeliveries(tx, row.id, messagesOf(await readAlert(tx, row.id)));
  return true;
}

/** Closes an alert that is open. */
export async function closeAlert(
  tx: Queries,
  alertId: string,
  messagesOf: (alert: Alert) => readonly AlertMessage[],
): Promise<boolean> {
  const closed = await tx.run(statement`
    update alert
    set closed_at = clock_timestamp()
    where id = ${alertId} and closed_at is null`);
  if (closed === 0) return false;
  await insertDeliveries(tx, alertId, messagesOf(await readAlert(tx, alertId)));
  return true;
}

/** All that are open, the oldest first. */
export function listOpenAlerts(queries: Queries): Promise<Alert[]> {
  return queries.rows(statement`
    select ${columns}
    from alert
    join workspace on workspace.id = alert.workspace_id
    join view_generation on view_generation.id = alert.generation_id
    where alert.closed_at is null
    order by alert.opened_at, alert.id`);
}

async function readAlert(tx: Queries, alertId: string): Promise<Alert> {
  const alert = await tx.first<Alert>(statement`
    select ${columns}
    from alert
    join workspace on workspace.id = alert.workspace_id
    join view_generation on view_generation.id = alert.generation_id
    where alert.id = ${alertId}`);
  return alert!;
}

async function insertDeliveries(
  tx: Queries,
  alertId: string,
  messages: readonly AlertMessage[],
): Promise<void> {
  for (const { webhook, event, body } of messages) {
    await tx.run(statement`
      insert into alert_delivery (alert_id, event, webhook, body)
      values (${alertId}, ${event}, ${webhook}, ${JSON.stringify(body)}::jsonb)
      on conflict (alert_id, event, webhook) do nothing`);
  }
}
