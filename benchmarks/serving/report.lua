-- Sends one request again and again, and reports figures as a line of JSON.
-- Its arguments: the method, and a file with the body.

function init(args)
  wrk.method = args[1]
  if args[2] then
    wrk.body = assert(io.open(args[2], "rb")):read("*a")
    wrk.headers["Content-Type"] = "application/json"
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "rate": %.1f, "p50": %.3f, "p90": %.3f, "p99": %.3f, "p999": %.3f, "max": %.3f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1e3, latency:percentile(90) / 1e3, latency:percentile(99) / 1e3,
    latency:percentile(99.9) / 1e3, latency.max / 1e3, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
