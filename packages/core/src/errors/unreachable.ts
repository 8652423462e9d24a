/** Makes the compiler prove that every case was handled; throws if one slips through at run time. */
export function unreachable(value: never): never {
  throw new TypeError(`unreachable: ${JSON.stringify(value)}`);
}
