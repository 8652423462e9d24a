import { TeselaError } from "@tesela/core";

/** How long the queue's server may take to answer. */
const PATIENCE_MS = 3_000;

/** What the work gives, or `UNAVAILABLE` when it fails or the server does not answer in time. */
export async function answered<T>(server: string, work: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const late = new Error(`no answer within ${PATIENCE_MS} ms`);
  const timer = setTimeout(() => timeout.reject(late), PATIENCE_MS);
  try {
    return await Promise.race([work, timeout.promise]);
  } catch (cause) {
    throw new TeselaError("UNAVAILABLE", `The queue on ${server} does not answer.`, {
      fix: `Check that ${server} is up and that its URL is right; what was asked for is kept and sent later.`,
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}
