/** The platform's own column names, which no user name can be (they hold `__`). */
export const EVENT_TIME = "__time";
/** Created time of an event, where the view declares one. */
export const CREATED_TIME = "__created";
/** Event id, where the view declares one. */
export const EVENT_ID = "__event_id";
/** Start of a tile. */
export const TILE_START = "__tile_start";
/** Position of a spine row. */
export const SPINE_ROW = "__row";
/** Microseconds: an event time, a tile's start, or a probe's bound. */
export const AT = "__at";
/** Microseconds: the bound of TIME T3 that a probe asks about. */
export const BOUND = "__bound";
