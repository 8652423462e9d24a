import { testSqlParity } from "./testing/sql-parity.ts";
import { count } from "./count.ts";

testSqlParity(count);
