import type { Deadline } from "../deadline.ts";
import type { ViewReadResult } from "../port.ts";
import type { RedisConnection } from "./connection.ts";
import { decodeMarker } from "./marker-codec.ts";
import type { HashValues, ReadPlan } from "./read-plan.ts";
import { callOf, type Script } from "./script.ts";

/** What the read script replies: the markers, then the values of each hash. */
type ReadReply = readonly [readonly (Buffer | null)[], ...HashValues];

/** Does a planned read by the script of reads: markers and values by one call, so that they are of one instant. */
export async function readWhole(
  connection: RedisConnection,
  script: Script,
  { place, hashes, resultsOf }: ReadPlan,
  deadline: Deadline,
): Promise<readonly ViewReadResult[]> {
  const keys = hashes.map(({ key }) => key);
  const [name, ...args] = callOf(
    script,
    place,
    keys,
    hashes.flatMap(({ fields }) => [fields.length, ...fields]),
  );
  const reply = await connection.runScript(script, deadline, (client) => client.callBuffer(name, args));
  const [markers, ...values] = reply as ReadReply;
  return resultsOf(
    markers.map((marker) => (marker === null ? null : decodeMarker(marker))),
    values,
  );
}
