/**
 * A value of a frame. Integers are bigint (counts numbers), decimals the nearest number, instants and dates ISO
 * text in UTC with microseconds, times and UUIDs text, enums and JSON text, intervals
 * `{ months, days, micros }`, lists arrays, structs objects, maps arrays of `{ key, value }`.
 */
export type FrameValue =
  | bigint
  | number
  | string
  | boolean
  | Uint8Array
  | null
  | readonly FrameValue[]
  | { readonly [field: string]: FrameValue };

/** A row of a frame by column name. */
export type FrameRow = Readonly<Record<string, FrameValue>>;
