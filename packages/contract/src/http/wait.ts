import { z } from "zod";

/** The longest that one request waits. */
export const MAX_WAIT_SECONDS = 25;

/** Seconds to wait, as text of a query. */
export const secondsSchema = z.coerce.number().min(0).max(MAX_WAIT_SECONDS);
