//! Tells Cargo about folders that macros read while compiling: a macro sees only the files that were
//! there before.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    // Debug builds read the web client when they run.
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo::rerun-if-changed=web/dist");
    }
}
