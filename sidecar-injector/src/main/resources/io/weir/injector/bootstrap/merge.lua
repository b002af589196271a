local function get(handle, cluster, path, timeout)
  local headers, body = handle:httpCall(cluster, {
    [":method"] = "GET",
    [":path"] = path,
    [":authority"] = handle:headers():get(":authority"),
    -- The text format only: two OpenMetrics answers don't make one.
    ["accept"] = "text/plain;version=0.0.4",
  }, "", timeout)
  if headers[":status"] ~= "200" then
    return nil
  end
  body = body or ""
  if body ~= "" and body:sub(-1) ~= "\n" then
    body = body .. "\n"
  end
  return body
end

function envoy_on_request(handle)
  local own = get(handle, "weir-admin", "/stats/prometheus?usedonly", 5000)
  if own == nil then
    handle:respond({[":status"] = "503"}, "the sidecar gave no metrics\n")
    return
  end
  local path = handle:metadata():get("app_path")
  if path ~= nil then
    local apps = get(handle, "weir-app-metrics", path, 8000)
    -- Prometheus' own `up` tells of the sidecar now.
    own = own .. "# TYPE weir_app_metrics_up gauge\nweir_app_metrics_up " .. (apps and "1" or "0") .. "\n" .. (apps or "")
  end
  handle:respond({[":status"] = "200", ["content-type"] = "text/plain; version=0.0.4; charset=utf-8"}, own)
end
