//! What templates name: every view brings it into its scope.

pub(super) use portal_core::directory::PortalStatus;
pub(super) use portal_core::values::NodeId;

pub(super) use super::contact::MyFileWhat;
pub(super) use super::forms::CSRF_FIELD;
pub(super) use super::icons::Icon;
pub(super) use super::nodes::{PagePictures, Toggle};
pub(super) use super::place::Column;
pub(super) use super::staff::Tab;
pub(super) use super::{paths, words};
