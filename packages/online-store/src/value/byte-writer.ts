/** Grows a byte array; numbers are big endian. */
export class ByteWriter {
  private bytes = new Uint8Array(64);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  uint8(value: number): void {
    this.view.setUint8(this.reserve(1), value);
  }

  uint16(value: number): void {
    this.view.setUint16(this.reserve(2), value);
  }

  uint32(value: number): void {
    this.view.setUint32(this.reserve(4), value);
  }

  int64(value: bigint): void {
    this.view.setBigInt64(this.reserve(8), value);
  }

  uint64(value: bigint): void {
    this.view.setBigUint64(this.reserve(8), value);
  }

  int128(value: bigint): void {
    this.int64(BigInt.asIntN(64, value >> 64n));
    this.uint64(BigInt.asUintN(64, value));
  }

  float64(value: number): void {
    this.view.setFloat64(this.reserve(8), value);
  }

  sized(value: Uint8Array): void {
    this.uint32(value.length);
    this.bytes.set(value, this.reserve(value.length));
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private reserve(size: number): number {
    const at = this.length;
    this.length += size;
    if (this.length > this.bytes.length) this.grow();
    return at;
  }

  private grow(): void {
    const larger = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
