/** How many rows one step of a sweep takes. */
export const BATCH = 100;

/** After this many sends the patience no longer doubles: 12 times the first. */
export const MAX_PATIENCE = 12;
