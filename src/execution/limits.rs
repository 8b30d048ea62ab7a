//! What one run may use.

use std::time::Duration;

use serde::Deserialize;

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// The limits of a language. The keys are explained in `config/languages.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    pub run_ms: u64,
    pub compile_ms: u64,
    pub cpus: f64,
    pub memory_mib: u64,
    pub pids: u32,
    pub output_kib: u64,
    pub scratch_mib: u64,
    pub file_mib: u64,
    pub open_files: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            run_ms: 10_000,
            compile_ms: 30_000,
            cpus: 1.0,
            memory_mib: 256,
            pids: 64,
            output_kib: 256,
            scratch_mib: 64,
            file_mib: 32,
            open_files: 256,
        }
    }
}

impl Limits {
    pub fn memory_bytes(&self) -> u64 {
        self.memory_mib * MIB
    }

    pub fn scratch_bytes(&self) -> u64 {
        self.scratch_mib * MIB
    }

    pub fn file_bytes(&self) -> u64 {
        self.file_mib * MIB
    }

    /// Of UTF-8 text.
    pub fn output_bytes(&self) -> usize {
        (self.output_kib * KIB) as usize
    }

    pub fn nano_cpus(&self) -> i64 {
        (self.cpus * 1e9) as i64
    }

    /// Both steps together.
    pub fn whole(&self, compiles: bool) -> Duration {
        let compile_ms = if compiles { self.compile_ms } else { 0 };
        Duration::from_millis(self.run_ms + compile_ms)
    }

    /// Zero would mean "no limit" to the engine, and sums must not overflow.
    pub fn check(&self) -> Result<(), String> {
        let whole = [
            ("run_ms", self.run_ms, 24 * 3600 * 1000),
            ("compile_ms", self.compile_ms, 24 * 3600 * 1000),
            ("memory_mib", self.memory_mib, MIB),
            ("pids", self.pids.into(), 1 << 22),
            ("output_kib", self.output_kib, 64 * KIB),
            ("scratch_mib", self.scratch_mib, MIB),
            ("file_mib", self.file_mib, MIB),
            ("open_files", self.open_files.into(), 1 << 20),
        ];
        for (name, value, most) in whole {
            if !(1..=most).contains(&value) {
                return Err(format!("{name} must lie between 1 and {most}"));
            }
        }
        if !(0.01..=1024.0).contains(&self.cpus) {
            return Err("cpus must lie between 0.01 and 1024".into());
        }
        Ok(())
    }
}
