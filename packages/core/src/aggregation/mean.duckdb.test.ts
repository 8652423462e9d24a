import { testSqlParity } from "./testing/sql-parity.ts";
import { mean } from "./mean.ts";

testSqlParity(mean);
