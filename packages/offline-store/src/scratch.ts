import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Scratch } from "./port.ts";

/** The scratch folders of one store, all in a folder that exists; only this user may enter them. */
export class ScratchFolders {
  readonly #parent: string;
  readonly #open = new Set<string>();

  constructor(parent: string) {
    this.#parent = parent;
  }

  /** Makes a new one. */
  async create(): Promise<Scratch> {
    const directory = join(this.#parent, randomUUID());
    await mkdir(directory, { mode: 0o700 });
    this.#open.add(directory);
    return { directory, [Symbol.asyncDispose]: () => this.#remove(directory) };
  }

  /** Removes those that nobody has disposed of. */
  async removeAll(): Promise<void> {
    for (const directory of this.#open) await this.#remove(directory);
  }

  async #remove(directory: string): Promise<void> {
    await rm(directory, { recursive: true, force: true });
    this.#open.delete(directory);
  }
}
