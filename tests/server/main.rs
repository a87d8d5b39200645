//! A server in a process of its own: see `lavori_testkit::serve_process`.

fn main() {
    lavori_testkit::serve_process();
}
