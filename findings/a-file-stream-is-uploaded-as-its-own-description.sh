#!/usr/bin/env bash
# tiktok-business-api-sdk-official 1.1.3, TikTok's own SDK, from npm, with superagent 5.3.1; observed on 2026-11-28 with
# Node 20.20.
#
# The SDK consists of ES modules but loads fs with `require`, which ES modules lack, so it does not recognise a file
# stream: the multipart field video_file contains the stream's JSON, as text without a file name, and none of the video
# is sent. Of the documented parameters, only the MD5 contradicts it (code 40900). A Buffer is sent completely, as a
# file named video_file without an extension or a specific media type. Observed output:
#
#   createReadStream: text, JSON about path "video.mp4"; MD5 matches: false; the SDK says: code: 40900
#   readFileSync: file "video_file" of application/octet-stream; MD5 matches: true; the SDK says: v1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  tiktok-business-api-sdk-official@1.1.3 superagent@5.3.1 >log
head -c 1000 /dev/zero >video.mp4
cat >run.mjs <<'JAVASCRIPT'
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { createServer } from "node:http";

import { ApiClient, FileApi } from "tiktok-business-api-sdk-official";

const md5 = (text) => createHash("md5").update(text, "latin1").digest("hex");
let seen;

function judge(body, boundary) {
  const fields = {};
  for (const part of body.split(`--${boundary}`).slice(1, -1)) {
    const [head, content] = [part.slice(2, part.indexOf("\r\n\r\n")), part.slice(part.indexOf("\r\n\r\n") + 4, -2)];
    fields[/ name="([^"]*)"/.exec(head)[1]] = { head, content };
  }
  const { head, content } = fields.video_file;
  const name = /filename="([^"]*)"/.exec(head)?.[1];
  const matches = md5(content) === fields.video_signature.content;
  const what = name
    ? `file "${name}" of ${/content-type: *(\S+)/i.exec(head)[1]}`
    : `text, JSON about path "${JSON.parse(content).path}"`;
  seen = `${what}; MD5 matches: ${matches}`;
  return matches ? { code: 0, message: "OK", data: [{ video_id: "v1" }] } : { code: 40900, message: "signature" };
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const boundary = request.headers["content-type"].split("boundary=")[1];
    const answer = judge(Buffer.concat(chunks).toString("latin1"), boundary);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ request_id: "1", ...answer }));
  });
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
ApiClient.instance.basePath = `http://127.0.0.1:${server.address().port}`;

for (const read of [createReadStream, readFileSync]) {
  const fields = { advertiser_id: "1", video_file: read("video.mp4"), video_signature: md5(readFileSync("video.mp4")) };
  const said = await new Promise((answered) =>
    new FileApi().adVideoUpload("token", { ...fields, upload_type: "UPLOAD_BY_FILE" }, (error, answer) =>
      answered(error ? /code: \d+/.exec(error.message)[0] : answer.data[0].video_id),
    ),
  );
  console.log(`${read.name}: ${seen}; the SDK says: ${said}`);
}
server.close();
JAVASCRIPT
node run.mjs >seen
cat seen
diff - seen <<'SEEN'
createReadStream: text, JSON about path "video.mp4"; MD5 matches: false; the SDK says: code: 40900
readFileSync: file "video_file" of application/octet-stream; MD5 matches: true; the SDK says: v1
SEEN
