import { HIDDEN_AT } from "./marker-codec.ts";
import { script, type Script } from "./script.ts";
import { clusterShardLua, singleShardLua, type ShardLua } from "./shard-lua.ts";

/** The scripts of the store, each called for one shard (`callOf`). */
export interface Scripts {
  /** Keys: hashes. Arguments: per hash the number of its fields and the fields. Replies the markers, then each hash's values. */
  readonly read: Script;
  /**
   * Keys: hashes. Argument: packed for each of them the number of its fields, and each field and value behind its
   * length: one argument, since each costs the client as much as packing it. Replies how many were refused because the
   * stored stamp is greater.
   */
  readonly write: Script;
  /** Argument: the shard's life if it has none. Replies its history, then the markers. */
  readonly states: Script;
  /**
   * Arguments: the new marker, whose stamp of hidden keys is that of the stored one, and the history it belongs to, or
   * nothing. Replies 1, 0 if refused because the stored stamp is greater, -1 because the history is another.
   */
  readonly marker: Script;
  /**
   * Arguments: a stamp of hidden keys in eight bytes, and the history it belongs to, or nothing. Replies 1, 0 if there
   * is no marker, -1 because the history is another.
   */
  readonly hidden: Script;
  /** Key: an index. Arguments: a score, then members, or none for all: those whose score is less go. */
  readonly removeMembers: Script;
  /** A key; arguments: a command, and what follows the key. Replies what the command does. */
  readonly change: Script;
}

// Lua's own `<` on strings follows the server's locale, so stamps are compared as numbers, in two halves.
const carriesGreaterStamp = `
local function carries_greater_stamp(stored, value)
  local stored_high, stored_low = struct.unpack('>I4I4', stored, 2)
  local high, low = struct.unpack('>I4I4', value, 2)
  if stored_high ~= high then return stored_high > high end
  return stored_low > low
end`;

const whole = `
local partial = refusal()
if partial then return partial end`;

const read = `${whole}
local reply = { markers() }
local at = first_arg
for i = first_key, #KEYS do
  local field_count = tonumber(ARGV[at])
  reply[#reply + 1] = redis.call('HMGET', KEYS[i], unpack(ARGV, at + 1, at + field_count))
  at = at + field_count + 1
end
return reply`;

const write = `${carriesGreaterStamp}
local before = population()
local refused = 0
local packed, at = ARGV[first_arg], 1
for i = first_key, #KEYS do
  local key, field_count, field, value = KEYS[i]
  field_count, at = struct.unpack('>I4', packed, at)
  for _ = 1, field_count do
    field, value, at = struct.unpack('>I2c0I4c0', packed, at)
    local stored = redis.call('HGET', key, field)
    if stored and carries_greater_stamp(stored, value) then
      refused = refused + 1
    else
      redis.call('HSET', key, field, value)
    end
  end
end
count(before)
return refused`;

// Another server, or one that has started again, has another replication id; an emptied one has lost its life.
const history = `
local function history(life)
  return life .. '@' .. (string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or '')
end`;

const states = `${whole}${history}
local own = life()
if not own then
  own = ARGV[first_arg]
  begin(own)
end
return { history(own), markers() }`;

// A marker of the first format has no room for the stamp of hidden keys, and stands for none.
const hiddenOf = `
local function hidden_of(marker)
  if not marker or string.byte(marker) == 1 then return string.rep('\\0', 8) end
  return string.sub(marker, ${HIDDEN_AT + 1}, ${HIDDEN_AT + 8})
end`;

const ofHistory = `${whole}${history}
local value, expected = ARGV[first_arg], ARGV[first_arg + 1]
if expected ~= '' and history(life() or '') ~= expected then return -1 end
local stored = markers()[1]`;

const marker = `${carriesGreaterStamp}${hiddenOf}${ofHistory}
if stored and carries_greater_stamp(stored, value) then return 0 end
local head, tail = string.sub(value, 1, ${HIDDEN_AT}), string.sub(value, ${HIDDEN_AT + 9})
put(head .. hidden_of(stored) .. tail)
return 1`;

const hidden = `${hiddenOf}${ofHistory}
if not stored then return 0 end
local stored_high, stored_low = struct.unpack('>I4I4', hidden_of(stored))
local high, low = struct.unpack('>I4I4', value)
if stored_high > high or (stored_high == high and stored_low >= low) then return 1 end
local tail_at = string.byte(stored) == 1 and ${HIDDEN_AT + 1} or ${HIDDEN_AT + 9}
put('\\2' .. string.sub(stored, 2, ${HIDDEN_AT}) .. value .. string.sub(stored, tail_at))
return 1`;

const removeMembers = `
local before, key = population(), KEYS[first_key]
if #ARGV == first_arg then redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. ARGV[first_arg]) end
for i = first_arg + 1, #ARGV do
  local score = redis.call('ZSCORE', key, ARGV[i])
  if score and tonumber(score) < tonumber(ARGV[first_arg]) then redis.call('ZREM', key, ARGV[i]) end
end
count(before)
return 0`;

const change = `
local before = population()
local reply = redis.call(ARGV[first_arg], KEYS[first_key], unpack(ARGV, first_arg + 1))
count(before)
return reply`;

/** The scripts of a single server. */
export const singleScripts: Scripts = scriptsOf(singleShardLua);

/** Those of a cluster. */
export const clusterScripts: Scripts = scriptsOf(clusterShardLua);

function scriptsOf(shard: ShardLua): Scripts {
  return {
    read: script(shard + read),
    write: script(shard + write),
    states: script(shard + states),
    marker: script(shard + marker),
    hidden: script(shard + hidden),
    removeMembers: script(shard + removeMembers),
    change: script(shard + change),
  };
}
