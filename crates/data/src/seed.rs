//! The seed of all tables of hashes: another one in each process, so that nobody can write ids that collide. No result depends on it:
//! codes are given in order of appearance, and parts are put in order before they are used.

use std::sync::LazyLock;

use foldhash::fast::RandomState;

/// Builds the hashers.
pub(super) static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::default);
