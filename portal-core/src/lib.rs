#![doc = include_str!("../README.md")]

pub mod audit;
pub mod change;
pub mod values;

pub mod directory;
pub mod files;
pub mod identity;
pub mod sharing;

pub mod event;
pub mod notifications;
pub mod record;

pub mod ports;

pub mod authenticators;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod encryption;
pub mod memory;
#[cfg(feature = "testing")]
pub mod testing;

mod engine;

pub use engine::*;
