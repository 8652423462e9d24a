import { formatInstant, parseInstant } from "@tesela/core";
import type { Alert, AlertMessage } from "@tesela/registry";
import { pathOf } from "../console/paths.ts";
import type { Webhook } from "./settings.ts";

/** What the end of an alert is called. */
const RECOVERED = "recovered";

/** What webhooks are told of an alert that opens, or of its end: each one that is for its workspace. */
export function messagesOf(
  alert: Alert,
  webhooks: readonly Webhook[],
  publicUrl: string | undefined,
): readonly AlertMessage[] {
  const event = alert.closedAt === null ? alert.event : RECOVERED;
  const body = bodyOf(alert, event, publicUrl);
  return webhooks
    .filter(({ workspace }) => workspace === null || workspace === alert.workspace)
    .map(({ name }) => ({ webhook: name, event, body }));
}

function bodyOf(alert: Alert, event: string, publicUrl: string | undefined) {
  const { id, workspace, featureView, jobId, details, openedAt, closedAt } = alert;
  return {
    event,
    ...(event === RECOVERED ? { of: alert.event } : {}),
    alertId: id,
    workspace,
    featureView,
    jobId,
    openedAt: textOf(openedAt),
    closedAt: closedAt === null ? null : textOf(closedAt),
    details,
    url: publicUrl === undefined ? null : publicUrl.replace(/\/+$/, "") + pageOf(alert),
  };
}

function pageOf({ workspace, featureView, jobId }: Alert): string {
  if (jobId !== null) return pathOf("job", { workspace, job: jobId });
  return pathOf("featureView", { workspace, view: featureView });
}

function textOf(date: Date): string {
  return formatInstant(parseInstant(date));
}
