import { testSqlParity } from "./testing/sql-parity.ts";
import { moderate } from "./testing/values.ts";
import { stddevPop, stddevSamp, varPop, varSamp } from "./variance.ts";

for (const aggregate of [varPop, varSamp, stddevPop, stddevSamp])
  testSqlParity(aggregate, { values: moderate });
