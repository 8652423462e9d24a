import { extreme } from "./extreme.ts";

/** `max`: the greatest non-null value, where NaN is the greatest; null of none. */
export const max = extreme("max");
