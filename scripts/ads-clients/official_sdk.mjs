// Creates, reads, updates and deletes with TikTok's own JavaScript SDK.
//
// Arguments: address of the simulator, start of the ad groups (YYYY-MM-DD HH:MM:SS, UTC).
import assert from 'node:assert/strict';
import * as sdk from 'tiktok-business-api-sdk-official';

const token = 'ads.sim-main';
const advertiser_id = '7310000000000000011';
const [base, start] = process.argv.slice(2);
const client = new sdk.ApiClient();
client.basePath = base;
const campaigns = new sdk.CampaignCreationApi(client);
const adgroups = new sdk.AdgroupApi(client);
const ads = new sdk.AdApi(client);

/** The `data` of a call, which takes a callback last. */
function data(api, method, ...parameters) {
  return new Promise((resolve, reject) => {
    api[method](...parameters, (error, answer, response) => {
      if (error) reject(new Error(`${method}: ${error.message ?? error}`));
      else resolve((response?.body ?? answer).data ?? answer.data);
    });
  });
}

const post = (api, method, body) => data(api, method, token, { body: { advertiser_id, ...body } });
const get = (api, method, filtering) => data(api, method, advertiser_id, token, { filtering, page_size: 10 });

const { campaign_id } = await post(campaigns, 'campaignCreate', {
  campaign_name: 'JavaScript', objective_type: 'TRAFFIC', budget_mode: 'BUDGET_MODE_DAY', budget: 50,
  operation_status: 'DISABLE', request_id: '5',
});
const { adgroup_id } = await post(adgroups, 'adgroupCreate', {
  campaign_id, adgroup_name: 'JavaScript', promotion_type: 'WEBSITE', placements: ['PLACEMENT_TIKTOK'],
  location_ids: ['6252001'], budget_mode: 'BUDGET_MODE_DAY', budget: 20, schedule_type: 'SCHEDULE_FROM_NOW',
  schedule_start_time: start, optimization_goal: 'CLICK', billing_event: 'CPC', bid_type: 'BID_TYPE_NO_BID',
  pacing: 'PACING_MODE_SMOOTH', operation_status: 'DISABLE',
});
const created = await post(ads, 'adCreate', {
  adgroup_id,
  creatives: [{
    ad_name: 'JavaScript', ad_format: 'SINGLE_VIDEO', identity_type: 'TT_USER',
    identity_id: '0f1c5c5e-6c1f-5a1e-9d4b-000000000001', video_id: 'v1', image_ids: ['i1'], ad_text: 'Text',
    landing_page_url: 'https://example.com/', operation_status: 'DISABLE',
  }],
});
const [ad_id] = created.ad_ids;

const listed = [
  await get(campaigns, 'campaignGet', { campaign_ids: [campaign_id] }),
  await get(adgroups, 'adgroupGet', { adgroup_ids: [adgroup_id] }),
  await get(ads, 'adGet', { ad_ids: [ad_id] }),
];
assert.deepEqual(listed.map((list) => list.page_info.total_number), [1, 1, 1]);
assert.equal(listed[2].list[0].ad_text, 'Text');

await post(campaigns, 'campaignUpdate', { campaign_id, campaign_name: 'JavaScript 2', budget: 60 });
await post(adgroups, 'adgroupUpdate', { adgroup_id, pacing: 'PACING_MODE_SMOOTH', location_ids: ['6252001'], budget: 25 });
await post(ads, 'adUpdate', { adgroup_id, patch_update: true, creatives: [{ ad_id, ad_text: 'Other' }] });

for (const [api, method, ids] of [
  [ads, 'adStatusUpdate', { ad_ids: [ad_id] }],
  [adgroups, 'adgroupStatusUpdate', { adgroup_ids: [adgroup_id] }],
  [campaigns, 'campaignStatusUpdate', { campaign_ids: [campaign_id] }],
]) {
  const changed = await post(api, method, { ...ids, operation_status: 'DELETE' });
  assert.equal(changed.status, 'DELETE');
}
const left = await get(campaigns, 'campaignGet', { campaign_ids: [campaign_id] });
assert.equal(left.page_info.total_number, 0);
console.log('created, read, updated and deleted');
