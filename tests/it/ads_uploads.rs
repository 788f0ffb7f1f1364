//! Uploads of videos and images into the creative library: byte for byte, once, and with each fault on each call.

mod bench;
mod covers;
mod faults;
mod files;
mod names;
mod stopped;
