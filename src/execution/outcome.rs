//! What a run's end means.

use std::time::Duration;

use super::container::Exit;
use super::engine::Problem;
use super::limits::Limits;
use super::report::{Phase, Report};
use crate::protocol::room::RunOutcome;

/// The exit code of a process that was killed.
const KILLED: i64 = 128 + 9;
/// The kernel tells uptime in hundredths of a second.
const CLOCK_GRAIN: Duration = Duration::from_millis(20);

/// The outcome of a run that the script reported.
pub(super) fn of_report(report: &Report, limits: &Limits) -> RunOutcome {
    let limit_ms = match report.phase {
        Phase::Setup => return unpacking_failed().into(),
        Phase::Compile => limits.compile_ms,
        Phase::Run => limits.run_ms,
    };
    if report.code != 0 && report.out_of_memory {
        return RunOutcome::OutOfMemory {
            limit: limits.memory_bytes(),
        };
    }
    if report.code == KILLED && report.last + CLOCK_GRAIN >= Duration::from_millis(limit_ms) {
        return RunOutcome::TimedOut { limit_ms };
    }
    match report.phase {
        Phase::Compile => RunOutcome::CompileFailed { code: report.code },
        Phase::Setup | Phase::Run => RunOutcome::Exited { code: report.code },
    }
}

/// The outcome of a run whose script came to no report, because the program killed it or the
/// kernel did.
pub(super) fn of_exit(exit: &Exit, limits: &Limits) -> RunOutcome {
    if exit.out_of_memory {
        return RunOutcome::OutOfMemory {
            limit: limits.memory_bytes(),
        };
    }
    RunOutcome::Exited { code: exit.code }
}

fn unpacking_failed() -> Problem {
    Problem::new(
        "The code could not be put into its container.",
        "Is it larger than the language's scratch_mib in languages.toml?",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(phase: Phase, code: i64, last_ms: u64) -> Report {
        Report {
            phase,
            code,
            whole: Duration::from_millis(last_ms + 500),
            last: Duration::from_millis(last_ms),
            peak_memory: None,
            out_of_memory: false,
        }
    }

    fn outcome(report: Report) -> RunOutcome {
        let limits = Limits {
            run_ms: 1000,
            compile_ms: 5000,
            memory_mib: 1,
            ..Limits::default()
        };
        of_report(&report, &limits)
    }

    #[test]
    fn a_failing_compiler_is_told_from_a_failing_program() {
        let compile = outcome(report(Phase::Compile, 1, 10));
        assert_eq!(compile, RunOutcome::CompileFailed { code: 1 });
        assert_eq!(
            outcome(report(Phase::Run, 1, 10)),
            RunOutcome::Exited { code: 1 }
        );
    }

    #[test]
    fn killed_at_the_limit_is_a_timeout_and_killed_before_is_not() {
        let limit = |limit_ms| RunOutcome::TimedOut { limit_ms };
        assert_eq!(outcome(report(Phase::Run, KILLED, 1000)), limit(1000));
        assert_eq!(outcome(report(Phase::Run, KILLED, 990)), limit(1000));
        assert_eq!(outcome(report(Phase::Compile, KILLED, 5000)), limit(5000));
        let early = RunOutcome::Exited { code: KILLED };
        assert_eq!(outcome(report(Phase::Run, KILLED, 500)), early);
        assert_eq!(
            outcome(report(Phase::Run, 0, 1000)),
            RunOutcome::Exited { code: 0 }
        );
    }

    #[test]
    fn a_kill_by_the_kernel_matters_only_when_the_program_failed() {
        let killed = |code| Report {
            out_of_memory: true,
            ..report(Phase::Run, code, 10)
        };
        assert_eq!(
            outcome(killed(KILLED)),
            RunOutcome::OutOfMemory { limit: 1 << 20 }
        );
        assert_eq!(outcome(killed(0)), RunOutcome::Exited { code: 0 });
    }
}
