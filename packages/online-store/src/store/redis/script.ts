import { createHash } from "node:crypto";
import { HIDDEN_AT } from "./marker-codec.ts";

/** A Lua script and the name under which the server knows it. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

// Lua's own `<` on strings follows the server's locale, so stamps are compared as numbers, in two halves.
const carriesGreaterStamp = `
local function carries_greater_stamp(stored, value)
  local stored_high, stored_low = struct.unpack('>I4I4', stored, 2)
  local high, low = struct.unpack('>I4I4', value, 2)
  if stored_high ~= high then return stored_high > high end
  return stored_low > low
end`;

/** `KEYS`: markers, then hashes. `ARGV`: number of markers, then per hash the number of its fields and the fields. Replies the markers, then each hash's values. */
export const readScript: Script = script(`
local marker_count = tonumber(ARGV[1])
local reply = { redis.call('MGET', unpack(KEYS, 1, marker_count)) }
local at = 2
for i = marker_count + 1, #KEYS do
  local field_count = tonumber(ARGV[at])
  reply[#reply + 1] = redis.call('HMGET', KEYS[i], unpack(ARGV, at + 1, at + field_count))
  at = at + field_count + 1
end
return reply`);

/**
 * `KEYS`: hashes. `ARGV[1]`: packed for each of them the number of its fields, and each field and value behind its
 * length: one argument, since each costs the client as much as packing it. Replies how many were refused because the
 * stored stamp is greater.
 */
export const writeScript: Script = script(`${carriesGreaterStamp}
local refused = 0
local at = 1
for i = 1, #KEYS do
  local key, field_count, field, value = KEYS[i]
  field_count, at = struct.unpack('>I4', ARGV[1], at)
  for _ = 1, field_count do
    field, value, at = struct.unpack('>I2c0I4c0', ARGV[1], at)
    local stored = redis.call('HGET', key, field)
    if stored and carries_greater_stamp(stored, value) then
      refused = refused + 1
    else
      redis.call('HSET', key, field, value)
    end
  end
end
return refused`);

// Another server, or one that has started again, has another replication id; an emptied one has lost its life.
const history = `
local function history(life)
  return life .. '@' .. (string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or '')
end`;

/** `KEYS`: the shard's life, then markers. `ARGV[1]`: its life if it has none. Replies its history, then the markers. */
export const statesScript: Script = script(`${history}
local life = redis.call('GET', KEYS[1])
if not life then
  life = ARGV[1]
  redis.call('SET', KEYS[1], life)
end
return { history(life), redis.call('MGET', unpack(KEYS, 2)) }`);

// A marker of the first format has no room for the stamp of hidden keys, and stands for none.
const hiddenOf = `
local function hidden_of(marker)
  if not marker or string.byte(marker) == 1 then return string.rep('\\0', 8) end
  return string.sub(marker, ${HIDDEN_AT + 1}, ${HIDDEN_AT + 8})
end`;

/**
 * `KEYS`: a marker and the shard's life. `ARGV`: the new marker, whose stamp of hidden keys is that of the stored one,
 * and the history it belongs to, or nothing. Replies 1, 0 if refused because the stored stamp is greater, -1 because the history
 * is another.
 */
export const markerScript: Script = script(`${carriesGreaterStamp}${history}${hiddenOf}
if ARGV[2] ~= '' and history(redis.call('GET', KEYS[2]) or '') ~= ARGV[2] then return -1 end
local stored = redis.call('GET', KEYS[1])
if stored and carries_greater_stamp(stored, ARGV[1]) then return 0 end
local head, tail = string.sub(ARGV[1], 1, ${HIDDEN_AT}), string.sub(ARGV[1], ${HIDDEN_AT + 9})
redis.call('SET', KEYS[1], head .. hidden_of(stored) .. tail)
return 1`);

/**
 * `KEYS`: a marker and the shard's life. `ARGV`: a stamp of hidden keys in eight bytes, and the history it belongs to,
 * or nothing. Replies 1, 0 if there is no marker, -1 because the history is another.
 */
export const hiddenScript: Script = script(`${history}${hiddenOf}
if ARGV[2] ~= '' and history(redis.call('GET', KEYS[2]) or '') ~= ARGV[2] then return -1 end
local stored = redis.call('GET', KEYS[1])
if not stored then return 0 end
local stored_high, stored_low = struct.unpack('>I4I4', hidden_of(stored))
local high, low = struct.unpack('>I4I4', ARGV[1])
if stored_high > high or (stored_high == high and stored_low >= low) then return 1 end
local tail_at = string.byte(stored) == 1 and ${HIDDEN_AT + 1} or ${HIDDEN_AT + 9}
redis.call('SET', KEYS[1], '\\2' .. string.sub(stored, 2, ${HIDDEN_AT}) .. ARGV[1] .. string.sub(stored, tail_at))
return 1`);

/** `KEYS[1]`: an index. `ARGV`: a score, then members: those whose score is less go. */
export const removeMembersScript: Script = script(`
for i = 2, #ARGV do
  local score = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if score and tonumber(score) < tonumber(ARGV[1]) then redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return 0`);

function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}
