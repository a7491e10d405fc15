pub(crate) mod charter;
pub(crate) mod kernel;
