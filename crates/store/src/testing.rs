//! What tests take out of a whole process, to see whether what they prove still fails without it.

use std::sync::OnceLock;

static LOCKS_TAKEN_OUT: OnceLock<()> = OnceLock::new();
static NOTICES_SILENCED: OnceLock<()> = OnceLock::new();

/// Takes the writers' locks out of this process, for good.
pub fn take_out_locks() {
    let _already = LOCKS_TAKEN_OUT.set(());
}

pub(crate) fn locks_taken_out() -> bool {
    LOCKS_TAKEN_OUT.get().is_some()
}

/// Silences the notices of what is taken away in this process, for good: only the locks are left.
pub fn silence_notices() {
    let _already = NOTICES_SILENCED.set(());
}

pub(crate) fn notices_silenced() -> bool {
    NOTICES_SILENCED.get().is_some()
}
