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
    const start = this.at;
    this.at = start + 1;
    return this.view.getUint8(start);
  }

  uint32(): number {
    const start = this.at;
    this.at = start + 4;
    return this.view.getUint32(start);
  }

  /** How many things of a byte or more follow; a number that the rest cannot hold throws a RangeError. */
  count(): number {
    const count = this.uint32();
    if (count > this.bytes.length - this.at) throw new RangeError("a list ends too early");
    return count;
  }

  int64(): bigint {
    const start = this.at;
    this.at = start + 8;
    return this.view.getBigInt64(start);
  }

  uint64(): bigint {
    const start = this.at;
    this.at = start + 8;
    return this.view.getBigUint64(start);
  }

  int128(): bigint {
    return (this.int64() << 64n) | this.uint64();
  }

  float64(): number {
    const start = this.at;
    this.at = start + 8;
    return this.view.getFloat64(start);
  }

  /** A copy of bytes behind their length. */
  sized(): Uint8Array {
    return new Uint8Array(this.sizedPart());
  }

  /** Bytes behind their length, as a part of all. */
  sizedPart(): Uint8Array {
    const size = this.uint32();
    const start = this.skip(size);
    return this.bytes.subarray(start, start + size);
  }

  /** Passes over so many bytes, which must be there; gives where they begin. */
  skip(size: number): number {
    const start = this.at;
    this.at = start + size;
    if (this.at > this.bytes.length) throw new RangeError("a value ends too early");
    return start;
  }

  /** Where it is. */
  get place(): number {
    return this.at;
  }

  /** Reads on from a place that it was at. */
  goTo(place: number): void {
    this.at = place;
  }

  /** Whether a bit is set of a bitmap that begins at a place; the lowest bit of a byte comes first. */
  isSet(bitmap: number, bit: number): boolean {
    return ((this.bytes[bitmap + (bit >> 3)]! >> (bit & 7)) & 1) === 1;
  }
}
