/** What a span is told about: never a key, a value or a secret. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Where a worker's work is traced; the process decides what becomes of it. */
export interface Tracer {
  /** Runs work in a span, a child of the one that it runs in, which ends with it and says how. */
  span<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T>;
}

/** Traces nothing. */
export const NO_TRACER: Tracer = { span: (_name, _attributes, work) => work() };
