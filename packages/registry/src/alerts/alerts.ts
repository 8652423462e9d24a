import type { Database } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { Alerts } from "../types/alert.ts";
import { closeAlert, listOpenAlerts, openAlert } from "./change-alert.ts";
import { endDelivery, postponeDelivery, takeDeliveries } from "./deliveries.ts";
import { readFailedJobs } from "./failed-jobs.ts";

/** Alerts in Postgres. */
export function createAlerts(database: Database): Alerts {
  return {
    failedJobs: () => readFailedJobs(database),
    open: (condition, messagesOf) => database.transaction((tx) => openAlert(tx, condition, messagesOf)),
    close: (alertId, messagesOf) => database.transaction((tx) => closeAlert(tx, alertId, messagesOf)),
    listOpen: () => listOpenAlerts(database),
    take: (options) => takeDeliveries(database, options),
    delivered: (id) => endDelivery(database, id, "delivered", null),
    undelivered: (id, reason, delayMs) =>
      delayMs === null
        ? endDelivery(database, id, "dead", reason)
        : postponeDelivery(database, id, reason, delayMs),
    async forget(olderThanMs) {
      await database.run(statement`
        delete from alert
        where closed_at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'
          and not exists (
            select 1
            from alert_delivery
            where alert_delivery.alert_id = alert.id and alert_delivery.state = 'waiting'
          )`);
    },
  };
}
