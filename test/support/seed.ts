/** What slow tests generate from, so that each run of the same code does the same; TESELA_SEED tries others. */
export const SEED = Number(process.env["TESELA_SEED"] ?? 20_240_229);
