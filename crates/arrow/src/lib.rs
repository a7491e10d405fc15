//! The parts of Arrow that apportion uses, under the paths that they have in the `arrow` crate.
//!
//! That crate cannot be had without its casts, sorting, arithmetic, functions of texts and row format. They take a fifth of
//! the time that a fresh build needs, and of all of them we used a few lines: they are here ([`convert`],
//! [`compute::kernels::boolean`], [`compute::kernels::cmp`]), and their tests compare them with Arrow's own.

#![deny(missing_docs)]

pub mod compute;
pub mod convert;

/// Arrays, their builders and casts between their Rust types.
pub mod array {
    pub use arrow_array::builder::*;
    pub use arrow_array::cast::*;
    pub use arrow_array::*;
    pub use arrow_data::ArrayData;
}

/// The memory of arrays.
pub mod buffer {
    pub use arrow_buffer::buffer::*;
}

/// Types of columns, and schemas.
pub mod datatypes {
    pub use arrow_array::ArrowPrimitiveType;
    pub use arrow_array::types::*;
    pub use arrow_buffer::{ArrowNativeType, i256};
    pub use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
}

/// What Arrow reports.
pub mod error {
    pub use arrow_schema::ArrowError;
}

/// Arrow's own files and streams.
pub mod ipc {
    pub use arrow_ipc::*;
}

/// Columns of one length under a schema.
pub mod record_batch {
    pub use arrow_array::{RecordBatch, RecordBatchReader};
}
