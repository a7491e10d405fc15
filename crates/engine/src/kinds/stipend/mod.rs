pub(crate) mod charter;
pub(crate) mod explain;
pub(crate) mod kernel;
pub(crate) mod plan;
