/** The number of bits that each step rotates by: four to a round. */
const ROTATIONS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

const SINES = Uint32Array.from({ length: 64 }, (_, step) =>
  Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32),
);

const BLOCK = 64;

/** MD5 of bytes as its four 32-bit words (RFC 1321): a spreading of bits that DuckDB has too, not a secret. */
export function md5(bytes: Uint8Array): Uint32Array {
  const words = padded(bytes);
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let start = 0; start < words.length; start += BLOCK / 4) {
    mix(state, words.subarray(start, start + BLOCK / 4));
  }
  return state;
}

/** The bytes, a one bit, zeros, and the number of bits in the last eight bytes, as little-endian words. */
function padded(bytes: Uint8Array): Uint32Array {
  const length = Math.ceil((bytes.length + 9) / BLOCK) * BLOCK;
  const view = new DataView(new ArrayBuffer(length));
  new Uint8Array(view.buffer).set(bytes);
  view.setUint8(bytes.length, 0x80);
  view.setBigUint64(length - 8, BigInt(bytes.length) * 8n, true);
  return Uint32Array.from({ length: length / 4 }, (_, index) => view.getUint32(index * 4, true));
}

function mix(state: Uint32Array, block: Uint32Array): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let step = 0; step < 64; step++) {
    const [chosen, word] = choose(step, b, c, d);
    const sum = (a + chosen + SINES[step]! + block[word]!) >>> 0;
    const by = ROTATIONS[(step >> 4) * 4 + (step & 3)]!;
    [a, d, c, b] = [d, c, b, (b + ((sum << by) | (sum >>> (32 - by)))) >>> 0];
  }
  state.set([state[0]! + a, state[1]! + b, state[2]! + c, state[3]! + d]);
}

/** The round's function of the state, and which word of the block comes in. */
function choose(step: number, b: number, c: number, d: number): readonly [number, number] {
  if (step < 16) return [(b & c) | (~b & d), step];
  if (step < 32) return [(d & b) | (~d & c), (5 * step + 1) & 15];
  if (step < 48) return [b ^ c ^ d, (3 * step + 5) & 15];
  return [c ^ (b | ~d), (7 * step) & 15];
}
