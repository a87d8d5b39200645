//! The short run of every target, in every run of the tests: its seeds as they are, then changes of them. The same
//! changes each time, so that a failure stays one; `cargo xtask fuzz` looks further.

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fastrand::Rng;
use lavori_fuzz::{TARGETS, Target};

/// How many changed inputs each target gets, at most.
const CHANGED: usize = 2_000;
/// How long each target may take, so that a busy machine tries fewer.
const PATIENCE: Duration = Duration::from_millis(500);
/// The longest input.
const LONGEST: usize = 4096;

#[test]
fn what_must_hold_holds_of_every_seed_and_of_what_changes_make_of_them() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    for target in TARGETS {
        let seeds = seeds(target);
        for (name, seed) in &seeds {
            try_one(target, seed, name);
        }
        let (started, mut rng) = (Instant::now(), Rng::with_seed(0x1a40));
        for number in 0..CHANGED {
            if started.elapsed() > PATIENCE {
                break;
            }
            let changed = change(&seeds, &mut rng);
            try_one(target, &changed, &format!("change {number}"));
        }
    }
}

#[test]
fn every_target_has_seeds_and_every_folder_of_seeds_a_target() {
    let folders: BTreeSet<String> = std::fs::read_dir(folder())
        .expect("it is there")
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(folders, TARGETS.iter().map(|target| target.name.to_owned()).collect());
    for target in TARGETS {
        assert!(seeds(target).len() >= 5, "{} has too few seeds", target.name);
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

fn seeds(target: &Target) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder().join(target.name)).expect("a folder").map(|entry| entry.expect("a file"));
    let mut seeds: Vec<_> = files
        .map(|file| (file.file_name().into_string().expect("text"), std::fs::read(file.path()).expect("a seed")))
        .collect();
    seeds.sort();
    seeds
}

fn try_one(target: &Target, data: &[u8], name: &str) {
    let run = target.run;
    if catch_unwind(|| run(data)).is_err() {
        panic!("{} fails on {name}: keep these bytes as a seed: {:?}", target.name, String::from_utf8_lossy(data));
    }
}

/// A seed, changed in one to four places: bytes, numbers, pieces of itself and of others.
fn change(seeds: &[(String, Vec<u8>)], rng: &mut Rng) -> Vec<u8> {
    const TELLING: &[&[u8]] = &[
        b"\0",
        b"\r\n",
        b"%00",
        b"\xff",
        b"\xef\xbf\xbd",
        b"\"",
        b"\\",
        b"-",
        b"9999999999",
        b"\xe2\x80\xae",
        b"&",
        b"=",
    ];
    let mut data = rng.choice(seeds).expect("a seed").1.clone();
    for _ in 0..rng.usize(1..=4) {
        let at = rng.usize(0..=data.len());
        let end = rng.usize(at..=data.len().min(at + 16));
        match rng.u8(0..7) {
            0 if at < data.len() => data[at] = rng.u8(..),
            1 => drop(data.drain(at..end)),
            2 => {
                let piece = data[at..end].to_vec();
                data.splice(at..at, piece.repeat(rng.usize(1..20)));
            }
            3 => drop(data.splice(at..end, rng.choice(TELLING).expect("it is there").iter().copied())),
            4 => {
                let other = &rng.choice(seeds).expect("a seed").1;
                let from = rng.usize(0..=other.len());
                data.splice(at.., other[from..].iter().copied());
            }
            5 => {
                let digit = data.iter().skip(at).position(u8::is_ascii_digit);
                if let Some(digit) = digit {
                    data[at + digit] = rng.u8(b'0'..=b'9');
                }
            }
            _ => data.insert(at, *rng.choice(b"{}[]:;,.=&%+-/ \t\naZ019").expect("it is there")),
        }
    }
    data.truncate(LONGEST);
    data
}
