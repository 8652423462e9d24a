/** The platform's own column names, which no user name can be (they hold `__`). */
export const EVENT_TIME = "__time";
/** Created time of an event, where the view declares one. */
export const CREATED_TIME = "__created";
/** Rank of a stored row among those of its key and event time; 1 wins (TIME T8). */
export const VERSION = "__version";
/** Event id, where the view declares one. */
export const EVENT_ID = "__event_id";
/** Start of a tile. */
export const TILE_START = "__tile_start";
/** Position of a spine row. */
export const SPINE_ROW = "__row";
/** Microseconds: the instant that a spine row asks about. */
export const INSTANT = "__instant";
/** A number that stands for a row's join keys within one read. */
export const KEY_NUMBER = "__key";
/** Microseconds: an event time, or a tile's start. */
export const AT = "__at";
/** Microseconds: the first instant asked about at which a row is known (TIME T14). */
export const KNOWN_FROM = "__known_from";
/** Microseconds: the bound of TIME T3 that a probe asks about. */
export const BOUND = "__bound";
/** Microseconds: the first instant of an interval (TIME T15). */
export const FROM = "__from";
/** Microseconds: where an interval ends. */
export const TO = "__to";
