import type { EpochMicros } from "@tesela/core";

/** What is wrong: a job has failed, a store is later than promised, an edge waits before a range that was cancelled. */
export const ALERT_EVENTS = ["job.failed", "view.late", "edge.frozen"] as const;

/** What is wrong. */
export type AlertEvent = (typeof ALERT_EVENTS)[number];

/** Something that is wrong; `name` is the same for as long as it is the same thing. */
export interface AlertCondition {
  readonly name: string;
  readonly event: AlertEvent;
  readonly workspaceId: number;
  readonly generationId: number;
  readonly jobId: string | null;
  /** What a receiver is told about it besides the names; JSON. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** An alert that has been opened or closed. */
export interface Alert extends AlertCondition {
  readonly id: string;
  readonly workspace: string;
  readonly featureView: string;
  readonly openedAt: Date;
  /** `null` while it is open. */
  readonly closedAt: Date | null;
}

/** A failed job that nothing has made good since. */
export interface FailedJob {
  readonly jobId: string;
  readonly workspaceId: number;
  readonly generationId: number;
  readonly attempt: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly startTime: EpochMicros | null;
  readonly endTime: EpochMicros | null;
}

/** Who is told of a change of an alert, and what. */
export interface AlertMessage {
  readonly webhook: string;
  readonly event: string;
  readonly body: unknown;
}

/** A delivery that this process has taken for a while: `id` is the same at every try. */
export interface AlertDelivery {
  readonly id: string;
  readonly webhook: string;
  readonly event: string;
  readonly body: unknown;
  /** This one included. */
  readonly tries: number;
}

/** How the taking of deliveries is bounded. */
export interface TakeDeliveries {
  readonly limit: number;
  /** Nobody else takes them for so long; whoever dies with them gives them back so. */
  readonly leaseMs: number;
  readonly mostTries: number;
}

/** Alerts and the outbox of their deliveries. Any number of processes may sweep and deliver at once. */
export interface Alerts {
  /** The newest failure of each job since the alerts came that has neither been tried again nor been made good. */
  failedJobs(): Promise<FailedJob[]>;
  /** Opens an alert and the deliveries of it, all or nothing; `false` when it is open already. */
  open(condition: AlertCondition, messagesOf: (alert: Alert) => readonly AlertMessage[]): Promise<boolean>;
  /** Closes an open alert, with the deliveries of that; `false` when it is closed already. */
  close(alertId: string, messagesOf: (alert: Alert) => readonly AlertMessage[]): Promise<boolean>;
  /** All open alerts, the oldest first. */
  listOpen(): Promise<Alert[]>;
  /** What is due, each for this process alone; what has used up its tries is dead instead. */
  take(options: TakeDeliveries): Promise<AlertDelivery[]>;
  delivered(deliveryId: string): Promise<void>;
  /** It is tried again after the delay; `null`: never, it is dead for this reason. */
  undelivered(deliveryId: string, reason: string, delayMs: number | null): Promise<void>;
  /** Removes alerts that were closed longer ago, with their deliveries. */
  forget(olderThanMs: number): Promise<void>;
}
