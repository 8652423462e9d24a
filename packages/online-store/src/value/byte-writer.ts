const MOST_KEPT_BYTES = 1 << 16;

/**
 * A copy of what is written by a function. The array is used for the next one too, as growing one costs more than
 * what is written into it: the writer must not be kept, nor another one asked for meanwhile.
 */
export function written(write: (writer: ByteWriter) => void): Uint8Array {
  shared.clear();
  write(shared);
  return shared.finish();
}

/** Grows a byte array; numbers are big endian. */
export class ByteWriter {
  private bytes = new Uint8Array(64);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  uint8(value: number): void {
    this.room(1).setUint8(this.length - 1, value);
  }

  uint16(value: number): void {
    this.room(2).setUint16(this.length - 2, value);
  }

  uint32(value: number): void {
    this.room(4).setUint32(this.length - 4, value);
  }

  int64(value: bigint): void {
    this.room(8).setBigInt64(this.length - 8, value);
  }

  uint64(value: bigint): void {
    this.room(8).setBigUint64(this.length - 8, value);
  }

  int128(value: bigint): void {
    this.int64(BigInt.asIntN(64, value >> 64n));
    this.uint64(BigInt.asUintN(64, value));
  }

  float64(value: number): void {
    this.room(8).setFloat64(this.length - 8, value);
  }

  sized(value: Uint8Array): void {
    this.uint32(value.length);
    this.room(value.length);
    this.bytes.set(value, this.length - value.length);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    const copy = Buffer.allocUnsafe(this.length);
    copy.set(this.bytes.subarray(0, this.length));
    return copy;
  }

  /** Begins anew, in the same array unless that has become large. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length <= MOST_KEPT_BYTES) return;
    this.bytes = new Uint8Array(64);
    this.view = new DataView(this.bytes.buffer);
  }

  /** The view after making room for so many more bytes: growing replaces it. */
  private room(size: number): DataView {
    this.length += size;
    if (this.length > this.bytes.length) this.grow();
    return this.view;
  }

  private grow(): void {
    const larger = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

const shared = new ByteWriter();
