/** While the store takes in a batch the next one is prepared. */
const BATCHES_AT_ONCE = 2;

/** Does work on batches, a few at once; has ended with all that it began, by the first error if there is one. */
export async function eachBatch<Batch>(
  batches: AsyncIterable<Batch>,
  work: (batch: Batch) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  try {
    for await (const batch of batches) {
      // One that has failed stays among them: it is met below.
      const one = work(batch).then(() => void underWay.delete(one));
      one.catch(() => undefined);
      underWay.add(one);
      if (underWay.size >= BATCHES_AT_ONCE) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  } finally {
    await Promise.allSettled(underWay);
  }
}
