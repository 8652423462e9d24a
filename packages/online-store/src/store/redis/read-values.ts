import type { Deadline } from "../deadline.ts";
import type { ViewReadResult } from "../port.ts";
import { sendAll, type RedisClient } from "./client.ts";
import type { RedisConnection } from "./connection.ts";
import { decodeMarker } from "./marker-codec.ts";
import type { HashRead, HashValues, ReadPlan } from "./read-plan.ts";
import { readScript } from "./script.ts";

/** More hashes than this cost less in one script than in a command each. */
const FEW_HASHES = 4;

/** Does a planned read: markers and values are of one instant. */
export async function readPlanned(
  connection: RedisConnection,
  plan: ReadPlan,
  deadline: Deadline,
): Promise<readonly ViewReadResult[]> {
  return (await readKnown(connection, plan, deadline)) ?? readWhole(connection, plan, deadline);
}

/** The values alone, under markers that are known; `null` where one is not, or where one has changed meanwhile. */
async function readKnown(
  connection: RedisConnection,
  { markerKeys, hashes, resultsOf }: ReadPlan,
  deadline: Deadline,
): Promise<readonly ViewReadResult[] | null> {
  if (hashes.length === 0 || hashes.length > FEW_HASHES) return null;
  const { tracked } = connection;
  const markers = tracked.markersAt(markerKeys);
  if (markers === null) return null;
  const { version } = tracked;
  const values = await connection.run(deadline, (client) => valuesOf(client, hashes));
  return version === tracked.version ? resultsOf(markers, values) : null;
}

/** Several hashes are asked for by one write to the socket. */
async function valuesOf(client: RedisClient, hashes: readonly HashRead[]): Promise<HashValues> {
  const [first, second] = hashes;
  if (second === undefined) return [await client.hmgetBuffer(first!.key, ...first!.fields)];
  const commands = hashes.map(({ key, fields }) => ["hmgetBuffer", key, ...fields]);
  return (await sendAll(client, commands)) as HashValues;
}

/** What the read script replies: the markers, then the values of each hash. */
type ReadReply = readonly [readonly (Buffer | null)[], ...HashValues];

/** Markers and values by one script. */
async function readWhole(
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
