//! Reports of `apportion`, on data frames.
//!
//! ```no_run
//! use apportion::Session;
//! use apportion_insight::{SessionFrames, frame_of};
//!
//! let session = Session::open("fixtures/channel")?;
//! let frames = session.insight("2026-Q3".parse()?, &[])?;
//! println!("{}", frames.deals.height());
//! // A result as a frame: amounts are whole numbers of their last digit.
//! let lines = frame_of(session.settle("2026-Q3".parse()?)?.lines()?)?;
//! println!("{}", lines.height());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Insight`] has a settled period as frames of Polars, for whoever wants to go on from there; [`scorecard`], [`lift`] and [`health`]
//! are reports that are made of them. Money is whole millionths of the book's currency, and no float is near it.

#![deny(missing_docs)]

pub mod csv;
pub mod exact;
mod fault;
pub mod frames;
pub mod health;
pub mod lift;
pub mod page;
pub mod reports;
pub mod scorecard;

pub use fault::Fault;
pub use frames::{Insight, Seen, SessionFrames, Sight, ToFrames, Wanted, batch_of, frame_of};
