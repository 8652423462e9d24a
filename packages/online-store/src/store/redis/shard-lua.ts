/**
 * How scripts find what is known of a shard, in Lua. `first_key` and `first_arg` say where the others' begin;
 * `life()`, `begin(life)`, `markers()` and `put(marker)` (of the one that was asked for) read and write.
 * `refusal()` is an error reply where keys of the shard are missing, and what changes keys puts `population()` before,
 * and `count(before)` behind it.
 */
export type ShardLua = string;

/** A single server keeps life and markers in strings of their own: `KEYS` are markers, then the life, `ARGV[1]` how many. */
export const singleShardLua: ShardLua = `
local own_keys = tonumber(ARGV[1])
local first_key, first_arg = own_keys + 1, 2
local function life() return redis.call('GET', KEYS[own_keys]) end
local function begin(life) redis.call('SET', KEYS[own_keys], life) end
local function markers() return redis.call('MGET', unpack(KEYS, 1, own_keys - 1)) end
local function put(marker) redis.call('SET', KEYS[1], marker) end
local function refusal() return nil end
local function population() return 0 end
local function count(before) end
`;

/**
 * A shard of a cluster keeps all of it in one hash, its book: `KEYS[1]`. `ARGV`: how many markers, their fields, the slot.
 * While a slot moves from node to node its keys are on both; each node can then lose its part by itself, and forgets that
 * the slot is open when its replica takes over. So the book says how many keys there are beside it: no fewer may be here.
 */
export const clusterShardLua: ShardLua = `
local last_marker = tonumber(ARGV[1]) + 1
local slot = ARGV[last_marker + 1]
local first_key, first_arg = 2, last_marker + 2
local function life() return redis.call('HGET', KEYS[1], 'life') end
local function begin(life) redis.call('HSET', KEYS[1], 'life', life) end
local function markers() return redis.call('HMGET', KEYS[1], unpack(ARGV, 2, last_marker)) end
local function put(marker) redis.call('HSET', KEYS[1], ARGV[2], marker) end
local function population() return redis.call('CLUSTER', 'COUNTKEYSINSLOT', slot) end
local function refusal()
  local counted = redis.call('HGET', KEYS[1], 'keys')
  local here = population() - 1
  if not counted or here >= tonumber(counted) then return nil end
  return redis.error_reply('PARTIAL ' .. here .. ' of ' .. counted .. ' keys of slot ' .. slot .. ' are here')
end
local function count(before)
  local more = population() - before
  if more ~= 0 then redis.call('HINCRBY', KEYS[1], 'keys', more) end
end
`;
