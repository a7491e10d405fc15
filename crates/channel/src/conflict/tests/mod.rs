//! Worked cases: projects of a few deals made by hand, and the tables that come of them.

mod clocks;
mod decisions;
mod effects;
mod kinds;
mod raising;
mod scores;
mod undercuts;
mod world;
