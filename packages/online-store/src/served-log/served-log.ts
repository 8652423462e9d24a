import { encodeValue, type ServedColumn, type ServedValue, type WireValue } from "@tesela/contract";
import { formatInstant, type EpochMicros } from "@tesela/core";
import type { KeyRow, ServiceRow } from "../server/read-rows.ts";
import type { ServedService } from "../server/served-service.ts";

/** Vectors of one service that go to the log together. */
export interface ServedBatch {
  readonly workspaceId: number;
  readonly service: string;
  /** The instant at which it was served, the join keys, then the features. */
  readonly columns: readonly ServedColumn[];
  readonly rows: readonly (readonly ServedValue[])[];
}

/** What a log of served vectors goes by. */
export interface ServedLogOptions {
  /** Keeps a batch for good; what it throws costs the batch, never a request. */
  readonly write: (batch: ServedBatch) => Promise<void>;
  readonly onRows: (service: string, end: "kept" | "dropped", count: number) => void;
  readonly onError: (cause: unknown) => void;
  /** From 0 up to 1; whether a vector is sampled. */
  readonly random?: () => number;
  /** Vectors that wait to be written, at most; 10,000 unless given. */
  readonly maxRows?: number;
  /** How often what waits is written; 15,000 ms unless given, and once there are enough for a batch. */
  readonly flushMs?: number;
}

/** Where served vectors are sampled. */
export interface ServedVectors {
  take(service: ServedService, keys: readonly KeyRow[], rows: readonly ServiceRow[], now: EpochMicros): void;
}

/** Samples nothing. */
export const NO_SERVED_LOG: ServedVectors = { take: () => undefined };

const MAX_ROWS = 10_000;
const FLUSH_MS = 15_000;
/** Rows of one batch at most: it travels as one message. */
const BATCH_ROWS = 1_000;

interface Waiting {
  readonly service: ServedService;
  readonly workspaceId: number;
  readonly rows: (readonly ServedValue[])[];
}

/**
 * Keeps a sample of what feature services have answered. Vectors wait in memory, a bounded number of them, and are
 * written behind the requests' backs; what does not fit, or cannot be written, is dropped and counted.
 */
export class ServedLog implements ServedVectors {
  readonly #options: ServedLogOptions;
  readonly #random: () => number;
  /** By service as the plan has it: one that was applied anew has columns of its own. */
  #waiting = new Map<ServedService, Waiting>();
  #count = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ServedLogOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), this.#options.flushMs ?? FLUSH_MS);
    this.#timer.unref();
  }

  /** Writes what is left. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.flush();
  }

  take(service: ServedService, keys: readonly KeyRow[], rows: readonly ServiceRow[], now: EpochMicros): void {
    const { logging } = service;
    if (logging === null) return;
    for (const [index, row] of rows.entries()) {
      if (this.#random() >= logging.sampleRate) continue;
      if (this.#count >= (this.#options.maxRows ?? MAX_ROWS)) {
        this.#options.onRows(service.name, "dropped", 1);
        continue;
      }
      const waiting = this.#waiting.get(service) ?? { service, workspaceId: logging.workspaceId, rows: [] };
      waiting.rows.push(servedRow(service, keys[index]!, row, now));
      this.#waiting.set(service, waiting);
      this.#count += 1;
      if (this.#count === BATCH_ROWS) void this.flush();
    }
  }

  /** Writes what waits, batch by batch, after what is being written. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const waiting = [...this.#waiting.values()];
    this.#waiting = new Map();
    for (const { service, workspaceId, rows } of waiting) {
      for (let at = 0; at < rows.length; at += BATCH_ROWS) {
        const some = rows.slice(at, at + BATCH_ROWS);
        const batch = { workspaceId, service: service.name, columns: columnsOf(service), rows: some };
        const end = await this.#options.write(batch).then(
          () => "kept" as const,
          (cause: unknown) => {
            this.#options.onError(cause);
            return "dropped" as const;
          },
        );
        this.#count -= some.length;
        this.#options.onRows(service.name, end, some.length);
      }
    }
  }
}

/** The instant of a served vector, in its log. */
const SERVED_AT = "_served_at";

function columnsOf({ joinKeys, views }: ServedService): readonly ServedColumn[] {
  return [
    { name: SERVED_AT, type: "timestamp" },
    ...joinKeys.map(({ name, type }) => ({ name, type })),
    ...views.flatMap(({ features }) => features.map(({ name, type }) => ({ name, type }))),
  ];
}

/** What could not be had is null, as it was for who asked. */
function servedRow(
  { joinKeys, views }: ServedService,
  keys: KeyRow,
  { outcomes }: ServiceRow,
  now: EpochMicros,
): readonly ServedValue[] {
  return [
    formatInstant(now),
    ...joinKeys.map(({ type }, index) => textOf(encodeValue(keys[index] ?? null, type))),
    ...views.flatMap(({ features }, at) => {
      const outcome = outcomes[at]!;
      const values = outcome.kind === "answered" ? outcome.answer.values : [];
      return features.map(({ encode, index }) => {
        const value = encode(values[index] ?? null);
        return Array.isArray(value) ? value.map(String) : textOf(value);
      });
    }),
  ];
}

function textOf(value: WireValue): string | null {
  return value === null ? null : String(value);
}
