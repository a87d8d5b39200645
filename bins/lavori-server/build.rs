//! How the binary that is shipped is linked: what runs before the first answer stands side by side.
//!
//! The kernel maps a program in pieces of 64 KiB and more. Strewn over the whole file, the tenth of the program that
//! runs at the start takes most of it into memory. `cargo xtask order` writes the list, without which everything works,
//! in more memory.

use std::env;

const LIST: &str = "start.ld";

fn main() {
    println!("cargo::rerun-if-changed={LIST}");
    println!("cargo::rerun-if-changed=build.rs");
    let is_set = |name, value: &str| env::var(name).is_ok_and(|values| values.split(',').any(|one| one == value));
    let is_shipped = is_set("PROFILE", "release") && is_set("CARGO_CFG_TARGET_FEATURE", "crt-static");
    if is_shipped && is_set("CARGO_CFG_TARGET_OS", "linux") {
        let folder = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{folder}/{LIST}");
    }
}
