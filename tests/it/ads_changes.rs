//! Updates and deletions of campaigns, ad groups and ads: read first, checked, sent once more if an answer is lost, and
//! never a start of spending that the request does not name.

mod ad_groups;
mod ads;
mod bench;
mod campaigns;
mod client;
mod spending;
mod together;
