import type { Deadline } from "../deadline.ts";
import type { ViewReadResult } from "../port.ts";
import type { RedisConnection } from "./connection.ts";
import { decodeMarker } from "./marker-codec.ts";
import type { HashValues, ReadPlan } from "./read-plan.ts";
import { readScript } from "./script.ts";

/** What the read script replies: the markers, then the values of each hash. */
type ReadReply = readonly [readonly (Buffer | null)[], ...HashValues];

/** Does a planned read: markers and values by one script, so that they are of one instant. */
export async function readWhole(
  connection: RedisConnection,
  { markerKeys, hashes, resultsOf }: ReadPlan,
  deadline: Deadline,
): Promise<readonly ViewReadResult[]> {
  const keys = [...markerKeys, ...hashes.map(({ key }) => key)];
  const args = [markerKeys.length, ...hashes.flatMap(({ fields }) => [fields.length, ...fields])];
  const reply = await connection.runScript(readScript, deadline, (client) =>
    client.callBuffer("EVALSHA", [readScript.sha, keys.length, ...keys, ...args]),
  );
  const [markers, ...values] = reply as ReadReply;
  return resultsOf(
    markers.map((marker) => (marker === null ? null : decodeMarker(marker))),
    values,
  );
}
