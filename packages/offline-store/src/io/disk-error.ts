import { unavailable } from "../errors.ts";

/** Whether the operating system failed with that code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Turns failures of the operating system into `UNAVAILABLE`; the absolute path stays in the cause. */
export async function withDiskErrors<T>(action: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error && "errno" in error && "code" in error) {
      throw unavailable(action, `the disk answered ${String(error.code)}`, error);
    }
    throw error;
  }
}
