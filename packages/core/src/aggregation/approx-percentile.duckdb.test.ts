import { approxPercentile } from "./approx-percentile.ts";
import { testSqlParity } from "./testing/sql-parity.ts";

testSqlParity(approxPercentile.of({ percentile: 0 }));
testSqlParity(approxPercentile.of({ percentile: 0.3, precision: 20 }));
testSqlParity(approxPercentile.of({ percentile: 0.95, precision: 500 }));
testSqlParity(approxPercentile.of({ percentile: 1 }));
