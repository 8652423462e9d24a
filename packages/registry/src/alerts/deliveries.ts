import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { AlertDelivery, TakeDeliveries } from "../types/alert.ts";

/** Takes what is due: a delivery that is taken is due again when the lease is over. */
export async function takeDeliveries(
  queries: Queries,
  { limit, leaseMs, mostTries }: TakeDeliveries,
): Promise<AlertDelivery[]> {
  await queries.run(statement`
    update alert_delivery
    set state = 'dead', ended_at = clock_timestamp(), reason = coalesce(reason, 'no try of it has ended')
    where state = 'waiting' and due_at <= clock_timestamp() and tries >= ${mostTries}`);
  return queries.rows(statement`
    update alert_delivery
    set tries = tries + 1, due_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    where id in (
      select id
      from alert_delivery
      where state = 'waiting' and due_at <= clock_timestamp()
      order by due_at
      limit ${limit}
      for update skip locked
    )
    returning id, webhook, event, body, tries`);
}

/** Ends a delivery, for good. */
export async function endDelivery(
  queries: Queries,
  id: string,
  state: "delivered" | "dead",
  reason: string | null,
): Promise<void> {
  await queries.run(statement`
    update alert_delivery
    set state = ${state}, reason = ${reason}, ended_at = clock_timestamp()
    where id = ${id} and state = 'waiting'`);
}

/** Puts off a delivery that did not arrive. */
export async function postponeDelivery(
  queries: Queries,
  id: string,
  reason: string,
  delayMs: number,
): Promise<void> {
  await queries.run(statement`
    update alert_delivery
    set reason = ${reason}, due_at = clock_timestamp() + ${delayMs} * interval '1 millisecond'
    where id = ${id} and state = 'waiting'`);
}
