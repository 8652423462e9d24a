const BYTEA = 17;
const INT2 = 21;
const INT4 = 23;
const HEADER_BYTES = 20;

/** The elements as a Postgres `bytea[]` in binary form: half the bytes of the text form, and no hex digits to make and parse. */
export function byteaArray(elements: readonly Uint8Array[]): Buffer {
  const size = elements.reduce((sum, element) => sum + 4 + element.length, HEADER_BYTES);
  const array = header(BYTEA, elements.length, size);
  let at = HEADER_BYTES;
  for (const element of elements) {
    at = array.writeInt32BE(element.length, at);
    array.set(element, at);
    at += element.length;
  }
  return array;
}

/** The elements as a Postgres `smallint[]` in binary form. */
export function smallintArray(elements: readonly number[]): Buffer {
  const array = header(INT2, elements.length, HEADER_BYTES + 6 * elements.length);
  elements.forEach((element, i) => array.writeInt16BE(element, array.writeInt32BE(2, HEADER_BYTES + 6 * i)));
  return array;
}

/** The elements as a Postgres `int[]` in binary form. */
export function intArray(elements: readonly number[]): Buffer {
  const array = header(INT4, elements.length, HEADER_BYTES + 8 * elements.length);
  elements.forEach((element, i) => array.writeInt32BE(element, array.writeInt32BE(4, HEADER_BYTES + 8 * i)));
  return array;
}

// One dimension, no nulls, the element type, the length, and 1 as the lower bound.
function header(type: number, length: number, size: number): Buffer {
  const array = Buffer.allocUnsafe(size);
  [1, 0, type, length, 1].forEach((word, i) => array.writeInt32BE(word, 4 * i));
  return array;
}
