import type { AlertDelivery, Registry } from "@tesela/registry";
import { send } from "./send.ts";
import type { AlertSettings } from "./settings.ts";
import { signatureOf } from "./sign.ts";

/** How a try of a delivery ended. */
export type DeliveryResult = "delivered" | "postponed" | "dead";

const BATCH = 20;
const LEASE_MS = 60_000;
const LONGEST_DELAY_MS = 3_600_000;

/** Sends what is due, many at once, until nothing is; tells how each try ended. */
export async function deliverDue(
  alerts: Registry["alerts"],
  settings: AlertSettings,
  signal: AbortSignal,
  onResult: (result: DeliveryResult, delivery: AlertDelivery, reason: string | null) => void,
): Promise<void> {
  const { mostTries } = settings;
  while (!signal.aborted) {
    const due = await alerts.take({ limit: BATCH, leaseMs: LEASE_MS, mostTries });
    await Promise.all(due.map((delivery) => deliverOne(alerts, settings, delivery, signal, onResult)));
    if (due.length < BATCH) return;
  }
}

async function deliverOne(
  alerts: Registry["alerts"],
  settings: AlertSettings,
  delivery: AlertDelivery,
  signal: AbortSignal,
  onResult: (result: DeliveryResult, delivery: AlertDelivery, reason: string | null) => void,
): Promise<void> {
  const reason = await tryDelivery(settings, delivery, signal);
  if (reason === null) {
    await alerts.delivered(delivery.id);
    return onResult("delivered", delivery, null);
  }
  const isLast = delivery.tries >= settings.mostTries || webhookOf(settings, delivery) === undefined;
  const delayMs = isLast ? null : delayAfter(delivery.tries, settings.baseDelayMs, Math.random());
  await alerts.undelivered(delivery.id, reason, delayMs);
  onResult(isLast ? "dead" : "postponed", delivery, reason);
}

/** `null` when it has arrived, else why it has not. */
async function tryDelivery(
  settings: AlertSettings,
  delivery: AlertDelivery,
  signal: AbortSignal,
): Promise<string | null> {
  const webhook = webhookOf(settings, delivery);
  if (webhook === undefined) return "the webhook is no longer configured";
  const body = JSON.stringify({ id: delivery.id, ...(delivery.body as object) });
  const headers = {
    "user-agent": "tesela",
    "tesela-event": delivery.event,
    "tesela-delivery": delivery.id,
    "tesela-signature": signatureOf(settings.secret, body, new Date()),
  };
  return send({ url: webhook.url, headers, body, allowed: settings.allowedRanges, signal });
}

function webhookOf({ webhooks }: AlertSettings, delivery: AlertDelivery) {
  return webhooks.find(({ name }) => name === delivery.webhook);
}

/** Doubles with every try, at most an hour; `jitter` in [0, 1) takes off up to a half. */
export function delayAfter(tries: number, baseDelayMs: number, jitter: number): number {
  return Math.min(LONGEST_DELAY_MS, baseDelayMs * 2 ** (tries - 1)) * (1 - jitter / 2);
}
