import { z } from "zod";

/** All that a queue carries: which attempt or task, and its fence. Postgres knows the rest. */
export const queueMessageSchema = z.strictObject({
  id: z.string().min(1).max(200),
  fence: z.int().nonnegative(),
});

/** All that a queue carries. */
export type QueueMessage = z.infer<typeof queueMessageSchema>;
