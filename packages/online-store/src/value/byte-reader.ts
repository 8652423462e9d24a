/** Reads what `ByteWriter` wrote; reading past the end throws a RangeError. */
export class ByteReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(): number {
    return this.view.getUint8(this.advance(1));
  }

  uint16(): number {
    return this.view.getUint16(this.advance(2));
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4));
  }

  /** How many things of a byte or more follow; a number that the rest cannot hold throws a RangeError. */
  count(): number {
    const count = this.uint32();
    if (count > this.bytes.length - this.at) throw new RangeError("a list ends too early");
    return count;
  }

  int64(): bigint {
    return this.view.getBigInt64(this.advance(8));
  }

  uint64(): bigint {
    return this.view.getBigUint64(this.advance(8));
  }

  int128(): bigint {
    return (this.int64() << 64n) | this.uint64();
  }

  float64(): number {
    return this.view.getFloat64(this.advance(8));
  }

  sized(): Uint8Array {
    const size = this.uint32();
    const start = this.advance(size);
    if (this.at > this.bytes.length) throw new RangeError("a value ends too early");
    return this.bytes.slice(start, start + size);
  }

  private advance(size: number): number {
    const start = this.at;
    this.at += size;
    return start;
  }
}
