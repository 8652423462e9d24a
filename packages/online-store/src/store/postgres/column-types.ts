import pg from "pg";

const INT8 = 20;

/** Reads `bigint` columns as bigints and all others as the driver does, `bytea` as bytes. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: (type: number): unknown => (type === INT8 ? BigInt : pg.types.getTypeParser(type)),
};
