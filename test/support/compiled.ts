import { tmpdir } from "node:os";
import { join } from "node:path";

/** The environment in which processes share what Node has compiled: half of what the start of one costs. */
export const COMPILED = {
  NODE_COMPILE_CACHE: join(tmpdir(), "tesela-faults-compiled"),
} as const;
