//! Builds the crate again when a migration is added: the macro that takes them in sees only those
//! that were there before.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
