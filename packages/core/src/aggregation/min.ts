import { extreme } from "./extreme.ts";

/** `min`: the least non-null value; null of none. */
export const min = extreme("min");
