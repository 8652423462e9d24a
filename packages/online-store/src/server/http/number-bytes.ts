const ZERO = 0x30;
const POINT = 0x2e;
const MINUS = 0x2d;

/** Decimal places that are tried. */
const PLACES = 6;
const SCALE = 10 ** PLACES;
/** Decimals of at most 15 digits are all different as doubles: one that is the number is the shortest that is. */
const MOST_DIGITS = 15;
const LARGEST = 10 ** MOST_DIGITS;
const LOW_DIGITS = 8;
const LOW = 10 ** LOW_DIGITS;
/** What any number may take as text. */
export const MOST_NUMBER_BYTES = 32;

/**
 * Writes a finite number as JSON prints it and gives the place behind it. Numbers of at most six decimal places and
 * fifteen digits, which prices and counts are, take a tenth of the time that the engine's text of them does.
 */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  const positive = value < 0 ? -value : value;
  if (positive < LARGEST) {
    const whole = Math.floor(positive);
    if (whole === positive) return writeWhole(bytes, value < 0 ? sign(bytes, at) : at, whole);
    const scaled = Math.floor(positive * SCALE + 0.5);
    if (scaled < LARGEST && scaled / SCALE === positive) {
      const end = writeWhole(bytes, value < 0 ? sign(bytes, at) : at, whole);
      return writePlaces(bytes, end, scaled - whole * SCALE);
    }
  }
  return writeAscii(bytes, at, String(value));
}

/** Writes text that is ASCII. */
export function writeAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
  return at + text.length;
}

function sign(bytes: Uint8Array, at: number): number {
  bytes[at] = MINUS;
  return at + 1;
}

/** Millionths behind the point, without the zeros at their end. */
function writePlaces(bytes: Uint8Array, at: number, millionths: number): number {
  bytes[at] = POINT;
  let end = writePadded(bytes, at + 1, millionths, PLACES);
  while (bytes[end - 1] === ZERO) end -= 1;
  return end;
}

/** A whole number that is not negative and below 10^15. */
function writeWhole(bytes: Uint8Array, at: number, whole: number): number {
  if (whole < LOW) return writePadded(bytes, at, whole, digitsOf(whole));
  const high = Math.floor(whole / LOW);
  return writePadded(bytes, writeWhole(bytes, at, high), whole - high * LOW, LOW_DIGITS);
}

/** Of a number below 10^8. */
function digitsOf(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1_000 ? 3 : 4;
  return value < 1_000_000 ? (value < 100_000 ? 5 : 6) : value < 10_000_000 ? 7 : 8;
}

/** The two digits of each number below a hundred. */
const PAIRS = Uint8Array.from({ length: 200 }, (_, index) => {
  const value = index >> 1;
  return ZERO + ((index & 1) === 0 ? Math.floor(value / 10) : value % 10);
});

/** So many digits of a number below 10^8. */
function writePadded(bytes: Uint8Array, at: number, value: number, digits: number): number {
  let rest = value | 0;
  let place = at + digits;
  for (; place - at >= 2; place -= 2) {
    const hundreds = (rest / 100) | 0;
    const pair = (rest - hundreds * 100) << 1;
    bytes[place - 2] = PAIRS[pair]!;
    bytes[place - 1] = PAIRS[pair + 1]!;
    rest = hundreds;
  }
  if (place > at) bytes[at] = ZERO + rest;
  return at + digits;
}
