//! Between requests and pages: who asks, what they posted, and how what went wrong is told.

pub(crate) mod actors;
pub(crate) mod announced;
pub(crate) mod asked;
pub(crate) mod carried;
pub(crate) mod frames;
pub(crate) mod pages;
pub(crate) mod posted;
pub(crate) mod problem;
pub(crate) mod sign_in_log;
pub(crate) mod sorts;
pub(crate) mod uploads;
pub(crate) mod visit;
