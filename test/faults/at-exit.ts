/** What is to be done when this process exits and has not undone it itself. */
const left = new Set<() => void>();
let isListening = false;

/** Does something, without waiting for it, when this process exits, unless what it returns is disposed of before. */
export function atExit(cleanUp: () => void): Disposable {
  left.add(cleanUp);
  if (!isListening) process.once("exit", () => left.forEach((one) => one()));
  isListening = true;
  return { [Symbol.dispose]: () => void left.delete(cleanUp) };
}
