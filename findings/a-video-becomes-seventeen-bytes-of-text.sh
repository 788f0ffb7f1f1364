#!/usr/bin/env bash
# n8n-nodes-tiktok 0.1.5, from npm, with undici 7.30.2 and n8n-workflow 2.41.0; observed on 2026-11-30 with Node 20.20.
#
# The node puts the video into Node's own FormData and sends it with the fetch of the package undici, whose FormData is
# another class: the body is the text "[object FormData]", without the file and the caption, and without an error. The same
# happens to any program that combines the two. An answer with TikTok's success, `error.code` "ok", is then thrown as an
# error, so the step fails after it succeeded. The operations that read never send anything. Observed output:
#
#   Upload of 1000 bytes: POST /v2/video/upload/ text/plain;charset=UTF-8, 17 bytes: [object FormData]
#   Upload, answered with "ok": TikTok API Error:  (Error Code: ok)
#   Get Status: nothing sent: Request with GET/HEAD method cannot have body.
#   Get Historical Analytics: nothing sent: Failed to parse URL from undefined
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  n8n-nodes-tiktok@0.1.5 undici@7.30.2 n8n-workflow@2.41.0 >log
cat >run.cjs <<'JAVASCRIPT'
const { createServer } = require("node:http");

const undici = require("undici");
const { TikTok } = require("n8n-nodes-tiktok/dist/nodes/TikTok/TikTok.node.js");

let sent = [];

const server = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  sent.push(`${request.method} ${request.url} ${request.headers["content-type"]}, ${body.length} bytes: ${body}`);
  response.setHeader("content-type", "application/json");
  response.end('{"data":{"publish_id":"v_pub_file~v2-1.1"},"error":{"code":"ok","message":"","log_id":"1"}}');
});

// What n8n passes to a node.
const host = (parameters) => ({
  getInputData: () => [{ json: {}, binary: { data: { mimeType: "video/mp4" } } }],
  getNodeParameter: (name, _, otherwise) => parameters[name] ?? otherwise,
  getCredentials: async () => ({ accessToken: "x" }),
  getNode: () => ({ name: "TikTok", parameters: {} }),
  continueOnFail: () => false,
  logger: { debug() {} },
  helpers: {
    getBinaryDataBuffer: async () => Buffer.alloc(1000),
    returnJsonArray: (data) => [{ json: data }],
    constructExecutionMetaData: (items) => items,
  },
});

const run = async (parameters) => {
  sent = [];
  const failed = (error) => `${error.message}${error.description ? ` (${error.description})` : ""}`;
  return new TikTok().execute.call(host({ resource: "video", ...parameters })).then(() => "success", failed);
};

server.listen(0, "127.0.0.1", async () => {
  const { fetch } = undici;
  const base = `http://127.0.0.1:${server.address().port}`;
  undici.fetch = (url, options) => fetch(url?.replace("https://open-api.tiktok.com", base), options);
  const upload = { operation: "upload", contentBinaryProperty: "data", caption: "Hello", privacySetting: "private" };
  const outcome = await run(upload);
  console.log(`Upload of 1000 bytes: ${sent}`);
  console.log(`Upload, answered with "ok": ${outcome}`);
  const dates = { startDate: "2026-01-01", endDate: "2026-01-31" };
  for (const [name, operation] of [["Get Status", "getStatus"], ["Get Historical Analytics", "getHistoricalAnalytics"]]) {
    const said = await run({ operation, videoId: "7408279980000000001", ...dates });
    console.log(`${name}: ${sent.length ? sent : "nothing sent"}: ${said}`);
  }
  server.close();
});
JAVASCRIPT
node run.cjs >seen
cat seen
diff - seen <<'SEEN'
Upload of 1000 bytes: POST /v2/video/upload/ text/plain;charset=UTF-8, 17 bytes: [object FormData]
Upload, answered with "ok": TikTok API Error:  (Error Code: ok)
Get Status: nothing sent: Request with GET/HEAD method cannot have body.
Get Historical Analytics: nothing sent: Failed to parse URL from undefined
SEEN
