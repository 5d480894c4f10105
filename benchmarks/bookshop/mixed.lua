-- What run.py has wrk send: reads, orders and changes of stock, mixed at random.
-- Nothing is sent after the given seconds, and wrk runs a little longer: every answer is counted.

local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long us; } moment; int gettimeofday(moment *, void *);")
local moment = ffi.new("moment")
local function now()
  ffi.C.gettimeofday(moment, nil)
  return tonumber(moment.s) + tonumber(moment.us) / 1e6
end

local KNOWN = {}
local JSON = { ["Content-Type"] = "application/json" }
local BOOKS = 21
local READS = {
  "/", "/health", "/authors/?limit=5", "/books/3", "/books/?limit=5", "/books/suggestions",
  "/books/?text=the&sort=price&limit=5", "/legacy/stock/9780000000026", "/orders/?limit=3",
}
local ORDER = '{"customer":"Customer %d","email":"c@example.org","lines":[{"book_id":%d},{"book_id":%d,"quantity":2}]}'

local threads = {}
function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

placed, done_well, refused, failed = 0, 0, 0, 0
local deadline
function init(args)
  math.randomseed(os.time() + number * 7919)
  deadline = now() + tonumber(args[1])
  KNOWN["Authorization"] = "Bearer " .. args[2]
  JSON["Authorization"] = KNOWN["Authorization"]
end

function delay()
  return now() < deadline and 0 or 3600 * 1000
end

function request()
  local choice = math.random(10)
  if choice <= 4 then
    local body = string.format(ORDER, math.random(1000), math.random(BOOKS), math.random(BOOKS))
    return wrk.format("POST", "/orders/", JSON, body)
  elseif choice == 5 then
    return wrk.format("PATCH", "/books/" .. math.random(BOOKS), JSON, '{"stock":1000000}')
  end
  return wrk.format("GET", READS[math.random(#READS)], KNOWN)
end

function response(status)
  if status == 201 then placed = placed + 1
  elseif status < 400 then done_well = done_well + 1
  elseif status < 500 then refused = refused + 1
  else failed = failed + 1 end
end

function done(summary, latency)
  local sums = { placed = 0, done_well = 0, refused = 0, failed = 0 }
  for _, thread in ipairs(threads) do
    for name, sum in pairs(sums) do sums[name] = sum + thread:get(name) end
  end
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"placed":%d,"refused":%d,"failed":%d,"broken":%d,"p50":%.1f,"p99":%.1f,"max":%.1f}',
    sums.placed + sums.done_well + sums.refused + sums.failed, sums.placed, sums.refused, sums.failed,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
