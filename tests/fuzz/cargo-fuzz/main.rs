//! libFuzzer's entry to every target: the environment says which one.
#![no_main]

use std::sync::LazyLock;

use lavori_fuzz::Target;

/// The target whose name is in `LAVORI_FUZZ_TARGET`: one binary for all, as linking it takes longer than building the
/// targets.
static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("LAVORI_FUZZ_TARGET").unwrap_or_default();
    lavori_fuzz::find(&name).expect("LAVORI_FUZZ_TARGET names a target of tests/fuzz/src/lib.rs")
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| (TARGET.run)(data));
