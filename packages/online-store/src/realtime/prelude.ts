/**
 * What runs in a context before the user's function: it takes clock and randomness away, makes time UTC (TIME T1),
 * and freezes every object that a function could leave something on for the next call.
 */
export const PRELUDE = String.raw`
"use strict";
const RealDate = Date;
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?)?$/;
const parseDate = (text) => {
  const found = ISO.exec(String(text).trim());
  if (found === null) return NaN;
  return RealDate.parse(found[1] + "T" + (found[2] ?? "00:00:00") + (found[3] ?? "Z"));
};
function UtcDate(...given) {
  if (new.target === undefined || given.length === 0)
    throw new TypeError("there is no clock here: give Date the instant, such as a request field");
  const [first] = given;
  const instant = given.length > 1 ? RealDate.UTC(...given) : typeof first === "string" ? parseDate(first) : first;
  return Reflect.construct(RealDate, [instant], new.target);
}
UtcDate.prototype = RealDate.prototype;
UtcDate.prototype.constructor = UtcDate;
UtcDate.UTC = RealDate.UTC;
UtcDate.parse = parseDate;
for (const part of ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"]) {
  RealDate.prototype["get" + part] = RealDate.prototype["getUTC" + part];
  if (part !== "Day") RealDate.prototype["set" + part] = RealDate.prototype["setUTC" + part];
}
for (const name of Object.getOwnPropertyNames(RealDate.prototype)) {
  if (/^to(Locale|Date|Time|GMT|UTC)?(Date|Time)?String$/.test(name))
    RealDate.prototype[name] = RealDate.prototype.toISOString;
}
RealDate.prototype.getTimezoneOffset = () => 0;
delete RealDate.prototype.getYear;
delete RealDate.prototype.setYear;
globalThis.Date = UtcDate;
const Stopped = InternalError;
delete Math.random;
for (const name of ["WeakRef", "FinalizationRegistry", "SharedArrayBuffer", "Atomics", "InternalError", "performance"])
  delete globalThis[name];

const hidden = [
  [].values(), new Map().entries(), new Set().values(), ""[Symbol.iterator](), "".matchAll(/x/g),
  [].values().map((x) => x), Iterator.from({ next() {} }), (function* () {})(), function* () {}, async () => {},
  async function* () {}, (async function* () {})(), Object.getOwnPropertyDescriptor(RegExp.prototype, "flags").get,
];
const seen = new Set();
const freezeAll = (value) => {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
  seen.add(value);
  for (const key of Reflect.ownKeys(value)) {
    const { value: held, get, set } = Object.getOwnPropertyDescriptor(value, key);
    freezeAll(held);
    freezeAll(get);
    freezeAll(set);
  }
  freezeAll(Object.getPrototypeOf(value));
  Object.freeze(value);
};
for (const value of [globalThis, ...hidden]) freezeAll(value);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const kindOf = (value) => {
  if (value === undefined) return "absent";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "number" && !Number.isInteger(value) ? String(value) : "of type " + typeof value;
};
const wrong = (name, value, type) => {
  throw new TypeError('feature "' + name + '" is ' + kindOf(value) + ", expected " + type);
};
const given = {
  int64: BigInt,
  float64: Number,
  string: (value) => value,
  bool: (value) => value,
  timestamp: (value) => value,
  bytes: (hex) => {
    const bytes = new Uint8Array(hex.length / 2);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = parseInt(hex.slice(2 * at, 2 * at + 2), 16);
    return bytes;
  },
};
const orNull = (read, value) => (value === null ? null : read(value));
const item = (read, value) => {
  if (value !== null) return read(value);
  throw new TypeError("a list that is given holds a null");
};
const listOrNull = (read, value) => (value === null ? null : value.map((one) => item(read, one)));
const made = {
  int64: (name, value) => {
    if (typeof value !== "bigint" && !Number.isSafeInteger(value)) wrong(name, value, "int64");
    const whole = BigInt(value);
    if (whole !== BigInt.asIntN(64, whole)) throw new RangeError('feature "' + name + '" does not fit an int64');
    return String(whole);
  },
  float64: (name, value) => {
    if (typeof value !== "number") wrong(name, value, "float64");
    return Number.isFinite(value) ? value : String(value);
  },
  string: (name, value) => (typeof value === "string" ? value : wrong(name, value, "string")),
  bool: (name, value) => (typeof value === "boolean" ? value : wrong(name, value, "bool")),
  timestamp: (name, value) => {
    const text = value instanceof RealDate ? RealDate.prototype.toISOString.call(value) : value;
    return typeof text === "string" ? text : wrong(name, value, "timestamp");
  },
  bytes: (name, value) => {
    if (!(value instanceof Uint8Array)) wrong(name, value, "bytes");
    let hex = "";
    for (let at = 0; at < value.length; at += 1) hex += HEX[value[at]];
    return hex;
  },
};
const listOf = (make, name, value, type) =>
  Array.isArray(value) ? Array.from(value, (item) => make(name, item)) : wrong(name, value, type);
const TOO_LARGE = JSON.stringify({ error: "RangeError: what the function gives has more than a million characters" });
const describe = (error) => {
  try {
    const text = typeof error === "object" && error !== null ? error.name + ": " + error.message : String(error);
    return text.slice(0, 200);
  } catch {
    return "an error that cannot be printed";
  }
};
const resultOf = (value) => {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Promise)) return value;
  throw new TypeError("what the function gives is " + kindOf(value) + ", expected an object of its features");
};
const functionProblem = (value, source) => {
  if (typeof value !== "function" || Function.prototype.toString.call(value) !== source) return "is no single function";
  if (Object.getPrototypeOf(value) !== Function.prototype) return "is an async function or a generator";
  Object.freeze(value);
  return null;
};
`;
