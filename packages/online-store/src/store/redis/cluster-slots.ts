const SLOT_COUNT = 16_384;

/** The hash slot that a Redis Cluster gives a hash tag: CRC16 (XMODEM) of its ASCII text, modulo 16,384. */
export function slotOf(tag: string): number {
  let crc = 0;
  for (const byte of Buffer.from(tag, "latin1")) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
    crc &= 0xffff;
  }
  return crc % SLOT_COUNT;
}

/** Hash tags whose slots lie evenly over all slots, so that every node has its share; the same for ever. */
export function evenTags(count: number): readonly string[] {
  const width = SLOT_COUNT / count;
  const tags = new Map<number, string>();
  for (let number = 0; tags.size < count; number += 1) {
    const tag = String(number);
    const slot = slotOf(tag);
    if (slot % width === 0 && !tags.has(slot)) tags.set(slot, tag);
  }
  return [...tags].toSorted(([a], [b]) => a - b).map(([, tag]) => tag);
}
