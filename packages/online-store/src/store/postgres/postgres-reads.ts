import { TeselaError } from "@tesela/core";
import type { Deadline } from "../deadline.ts";
import type { ViewRead, ViewReadResult } from "../port.ts";
import type { PostgresConnections } from "./connections.ts";
import { MarkerTexts } from "./marker-texts.ts";
import {
  attributesResultOf,
  readAttributesParameters,
  readManyParameters,
  readOneParameters,
  resultsOf,
  type AttributesRow,
  type ReadRow,
} from "./read-parameters.ts";
import { readsOfAll, readsOfGeneration, type ReadStatements } from "./read-statements.ts";
import type { Tables } from "./schema.ts";

const NO_TABLE = "42P01";

/** The reads of the store: each is one statement, and so of one instant with its markers (TIME T12). */
export class PostgresReads {
  readonly #connections: PostgresConnections;
  readonly #tables: Tables;
  readonly #ofAll: ReadStatements;
  readonly #ofGenerations = new Map<number, ReadStatements>();
  readonly #markers = new MarkerTexts();

  constructor(connections: PostgresConnections, tables: Tables) {
    this.#connections = connections;
    this.#tables = tables;
    this.#ofAll = readsOfAll(tables);
  }

  /** At least one. */
  async read(reads: readonly ViewRead[], deadline: Deadline): Promise<readonly ViewReadResult[]> {
    const { generation } = reads[0]!;
    const isOfOne = reads.every((read) => read.generation === generation);
    if (!isOfOne) return this.#readWith(this.#ofAll, reads, deadline);
    try {
      return await this.#readWith(this.#of(generation), reads, deadline);
    } catch (error) {
      // Not prepared yet, or dropped: the values, if they come meanwhile, are still of one instant with the marker.
      if (!isNoTable(error)) throw error;
      this.forget(generation);
      return this.#readWith(this.#ofAll, reads, deadline);
    }
  }

  /** Of a generation that is no more. */
  forget(generation: number): void {
    this.#ofGenerations.delete(generation);
    this.#markers.forget(generation);
  }

  async #readWith(
    statements: ReadStatements,
    reads: readonly ViewRead[],
    deadline: Deadline,
  ): Promise<readonly ViewReadResult[]> {
    const [first, second] = reads as [ViewRead, ViewRead?];
    if (second === undefined && first.kind === "attributes") {
      const values = readAttributesParameters(first);
      const statement = { ...statements.attributes, values };
      const { rows } = await this.#connections.run<AttributesRow>(deadline, statement);
      return [attributesResultOf(first, rows, this.#markers)];
    }
    const statement =
      second === undefined
        ? { ...statements.one, values: readOneParameters(first) }
        : { ...statements.many, values: readManyParameters(reads) };
    const { rows } = await this.#connections.run<ReadRow>(deadline, statement);
    return resultsOf(reads, rows, this.#markers);
  }

  #of(generation: number): ReadStatements {
    const known = this.#ofGenerations.get(generation);
    if (known !== undefined) return known;
    const statements = readsOfGeneration(this.#tables, generation);
    this.#ofGenerations.set(generation, statements);
    return statements;
  }
}

function isNoTable(error: unknown): boolean {
  return error instanceof TeselaError && error.details["state"] === NO_TABLE;
}
