#!/usr/bin/env bash
# tiktok-business-api-sdk-official 1.1.3, TikTok's own SDK, from npm, with superagent 5.3.1; observed on 2026-11-28 with
# Node 20.20.
#
# /page/get/ returns the id of a lead form as text, and the SDK converts it to a Number in the body of /ad/create/, as
# it does with tracking_pixel_id. A Number has about 16 exact digits, and ids have 19: the ad refers to a form and a
# pixel with other ids, without an error. The same happens to the permissions of a new token: 7050363942434095105 is
# "Create/Manage Offline Events" (https://business-api.tiktok.com/portal/docs?id=1753986142651394), and the rounded
# number is no permission. Observed output:
#
#   adgroup_id "1812345678901234567": sent "1812345678901234567"
#   page_id "7412345678901234567": sent 7412345678901235000
#   tracking_pixel_id "7398765432109876543": sent 7398765432109876000
#   permission 7050363942434095105: read 7050363942434095000
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  tiktok-business-api-sdk-official@1.1.3 superagent@5.3.1 >log
cat >run.mjs <<'JAVASCRIPT'
import { createServer } from "node:http";

import { AdApi, AdCreateBody, ApiClient, AuthenticationApi } from "tiktok-business-api-sdk-official";

const PERMISSION = "7050363942434095105";
let sent;

const server = createServer(async (request, response) => {
  sent = "";
  for await (const piece of request) sent += piece;
  const token = `{"access_token":"x","advertiser_ids":["1"],"scope":[${PERMISSION}]}`;
  response.setHeader("content-type", "application/json");
  response.end(`{"code":0,"message":"OK","request_id":"1","data":${request.url.includes("token") ? token : "{}"}}`);
});

const answer = (call) =>
  new Promise((done, failed) => call((error, data) => (error ? failed(error) : done(data))));

await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
ApiClient.instance.basePath = `http://127.0.0.1:${server.address().port}`;

const ids = { page_id: "7412345678901234567", tracking_pixel_id: "7398765432109876543" };
const creative = { ad_name: "a", identity_type: "TT_USER", identity_id: "1", ...ids };
const ad = { advertiser_id: "1", adgroup_id: "1812345678901234567", creatives: [creative] };
const body = AdCreateBody.constructFromObject(ad);
await answer((done) => new AdApi().adCreate("x", { body }, done));
for (const [name, id] of Object.entries({ adgroup_id: ad.adgroup_id, ...ids })) {
  // The digits as they were sent: JSON.parse would round them too.
  console.log(`${name} "${id}": sent ${sent.match(`"${name}":("?[0-9]+"?)`)[1]}`);
}

const login = { app_id: "1", secret: "x", auth_code: "x" };
const token = await answer((done) => new AuthenticationApi().oauth2AccessToken({ body: login }, done));
console.log(`permission ${PERMISSION}: read ${(token.data ?? token).scope[0]}`);
server.close();
JAVASCRIPT
node run.mjs >seen
cat seen
diff - seen <<'SEEN'
adgroup_id "1812345678901234567": sent "1812345678901234567"
page_id "7412345678901234567": sent 7412345678901235000
tracking_pixel_id "7398765432109876543": sent 7398765432109876000
permission 7050363942434095105: read 7050363942434095000
SEEN
