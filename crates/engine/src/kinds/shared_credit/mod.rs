pub(crate) mod charter;
pub(crate) mod declared;
pub(crate) mod explain;
pub(crate) mod kernel;
pub(crate) mod overlay;
pub(crate) mod plan;
