//! Code execution on a real Docker engine, in the real runner images.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use bollard::query_parameters::{
    ListContainersOptionsBuilder, RemoveContainerOptionsBuilder, WaitContainerOptionsBuilder,
};
use bollard::{API_DEFAULT_VERSION, Docker};
use futures_util::StreamExt;
use porthole::execution::{Execution, ExecutionConfig, RunEvent, RunHandle, RunRequest};
use porthole::protocol::ids::{InterviewId, RunId};
use porthole::protocol::room::{OutputStream, RunOutcome, RunState};

const MIB: u64 = 1 << 20;

/// The engine's address, from the script that people use too.
fn engine() -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/docker-engine");
    let output = Command::new(script).output().unwrap();
    assert!(
        output.status.success(),
        "these tests need a Docker engine: run scripts/setup, then scripts/docker-engine\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn config() -> ExecutionConfig {
    ExecutionConfig {
        engine: Some(engine()),
        ..ExecutionConfig::default()
    }
}

async fn start(config: ExecutionConfig) -> Execution {
    let execution = Execution::start(config).await.unwrap();
    for language in execution.languages() {
        assert_eq!(
            language.unavailable, None,
            "these tests need the runner images: run scripts/setup, then scripts/runner-images"
        );
    }
    execution
}

async fn built_in() -> Execution {
    start(config()).await
}

/// A table with Python only, under these limits.
fn python_table(limits: &str) -> String {
    format!(
        r#"
        [[language]]
        id = "python"
        name = "Python"
        monaco = "python"
        file = "main.py"
        enabled = true
        image = "porthole-runner-python:1"
        run = ["python3", "-u", "main.py"]
        [language.limits]
        {limits}
        "#
    )
}

async fn python_under(limits: &str) -> Execution {
    with_table(&python_table(limits), config()).await
}

async fn with_table(table: &str, config: ExecutionConfig) -> Execution {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), table).unwrap();
    let languages_file = Some(file.path().to_owned());
    Execution::start(ExecutionConfig {
        languages_file,
        ..config
    })
    .await
    .unwrap()
}

fn request(language: &str, source: &str) -> RunRequest {
    RunRequest {
        id: RunId::new(),
        room: InterviewId::new(),
        language: language.into(),
        source: source.into(),
        stdin: String::new(),
    }
}

/// All that a run told.
#[derive(Debug)]
struct Told {
    stdout: String,
    stderr: String,
    outcome: RunOutcome,
    wall_ms: u64,
    peak_memory: Option<u64>,
    truncated: bool,
}

/// Reads a run to its end and checks the order of its states on the way.
async fn finish(mut handle: RunHandle) -> Told {
    let (mut stdout, mut stderr) = (String::new(), String::new());
    while let Some(event) = handle.events.recv().await {
        match event {
            RunEvent::Output(chunk) => match chunk.stream {
                OutputStream::Stdout => stdout += &chunk.text,
                OutputStream::Stderr => stderr += &chunk.text,
            },
            RunEvent::State(RunState::Finished {
                outcome,
                wall_ms,
                peak_memory,
                truncated,
            }) => {
                assert_eq!(handle.events.recv().await, None, "something after the end");
                return Told {
                    stdout,
                    stderr,
                    outcome,
                    wall_ms,
                    peak_memory,
                    truncated,
                };
            }
            RunEvent::State(_) => {}
        }
    }
    panic!("the run never finished; it printed {stdout:?} and {stderr:?}");
}

async fn run(execution: &Execution, language: &str, source: &str) -> Told {
    finish(execution.run(request(language, source))).await
}

/// Reads until this state comes.
async fn until_state(handle: &mut RunHandle, wanted: RunState) {
    until(handle, |event| *event == RunEvent::State(wanted.clone())).await;
}

/// Reads until the run prints this text.
async fn until_output(handle: &mut RunHandle, wanted: &str) {
    until(
        handle,
        |event| matches!(event, RunEvent::Output(chunk) if chunk.text.contains(wanted)),
    )
    .await;
}

async fn until(handle: &mut RunHandle, wanted: impl Fn(&RunEvent) -> bool) {
    let mut seen = Vec::new();
    while let Some(event) = handle.events.recv().await {
        if wanted(&event) {
            return;
        }
        seen.push(event);
    }
    panic!("it did not come; these did: {seen:?}");
}

async fn docker() -> Docker {
    Docker::connect_with_unix(&engine(), 60, API_DEFAULT_VERSION)
        .unwrap()
        .negotiate_version()
        .await
        .unwrap()
}

async fn containers_of(run: RunId) -> Vec<String> {
    let filters = HashMap::from([("label", vec![format!("porthole.run={run}")])]);
    let options = ListContainersOptionsBuilder::new()
        .all(true)
        .filters(&filters)
        .build();
    let found = docker().await.list_containers(Some(options)).await.unwrap();
    found.into_iter().filter_map(|found| found.id).collect()
}

/// `condition` is `not-running` or `removed`.
async fn container_is(condition: &str, id: &str) {
    let options = WaitContainerOptionsBuilder::new()
        .condition(condition)
        .build();
    let docker = docker().await;
    // The answer tells the exit code, which is of no interest here.
    let _ = Box::pin(docker.wait_container(id, Some(options)))
        .next()
        .await;
}

async fn remove(container: &str) {
    let options = RemoveContainerOptionsBuilder::new().force(true).build();
    let docker = docker().await;
    docker
        .remove_container(container, Some(options))
        .await
        .unwrap();
}

fn exited(code: i64) -> RunOutcome {
    RunOutcome::Exited { code }
}

#[tokio::test]
async fn every_languages_starter_code_runs_and_tells_its_time_and_memory() {
    let execution = built_in().await;
    let languages = execution.languages();
    assert_eq!(languages.len(), 3);
    for language in languages {
        let told = run(&execution, &language.id, &language.starter_code).await;
        assert_eq!(told.outcome, exited(0), "{}: {}", language.id, told.stderr);
        assert_eq!(told.stdout, "Hello, world!\n", "{}", language.id);
        assert_eq!(told.stderr, "", "{}", language.id);
        assert!(!told.truncated);
        assert!(told.wall_ms > 0, "{}", language.id);
        let peak = told.peak_memory.unwrap();
        assert!((MIB..=512 * MIB).contains(&peak), "{}: {peak}", language.id);
    }
    execution.shutdown().await;
}

#[tokio::test]
async fn a_compile_error_is_told_apart_and_shows_the_compilers_words() {
    let execution = built_in().await;
    let go = run(
        &execution,
        "go",
        "package main\nfunc main() { undefinedName() }\n",
    )
    .await;
    assert!(matches!(go.outcome, RunOutcome::CompileFailed { code } if code != 0));
    assert!(go.stderr.contains("main.go:2"), "{}", go.stderr);
    let java = run(
        &execution,
        "java",
        "public class Main { int x = \"text\"; }",
    )
    .await;
    assert_eq!(java.outcome, RunOutcome::CompileFailed { code: 1 });
    assert!(java.stderr.contains("Main.java:1"), "{}", java.stderr);
    assert!(
        java.stderr.contains("incompatible types"),
        "{}",
        java.stderr
    );
    execution.shutdown().await;
}

#[tokio::test]
async fn a_failing_program_is_no_compile_error() {
    let execution = built_in().await;
    let python = run(&execution, "python", "import sys\nsys.exit(7)").await;
    assert_eq!(python.outcome, exited(7));
    let go = run(
        &execution,
        "go",
        "package main\nfunc main() { panic(\"no\") }\n",
    )
    .await;
    assert_eq!(go.outcome, exited(2));
    assert!(go.stderr.contains("panic: no"), "{}", go.stderr);
    let source = "public class Main { public static void main(String[] a) { System.exit(3); } }";
    assert_eq!(run(&execution, "java", source).await.outcome, exited(3));
    execution.shutdown().await;
}

#[tokio::test]
async fn standard_input_reaches_the_program_whole_and_ends() {
    let execution = built_in().await;
    let stdin = "zwölf\n".repeat(9_000);
    let source = "import sys\ntext = sys.stdin.read()\nprint(len(text), text[:6], end='')";
    let told = finish(execution.run(RunRequest {
        stdin: stdin.clone(),
        ..request("python", source)
    }))
    .await;
    assert_eq!(told.outcome, exited(0), "{}", told.stderr);
    assert_eq!(told.stdout, format!("{} zwölf\n", stdin.chars().count()));
    execution.shutdown().await;
}

#[tokio::test]
async fn input_that_nobody_reads_does_no_harm() {
    let execution = built_in().await;
    let told = finish(execution.run(RunRequest {
        stdin: "x".repeat(1 << 20),
        ..request("python", "print('done')")
    }))
    .await;
    assert_eq!((told.outcome, told.stdout.as_str()), (exited(0), "done\n"));
    execution.shutdown().await;
}

#[tokio::test]
async fn the_two_output_streams_stay_apart_and_what_is_no_text_is_replaced() {
    let execution = built_in().await;
    let source = r"
import sys
sys.stdout.buffer.write(b'out \xff\xf0\x9f\x98\x80\n')
sys.stderr.write('err\n')
";
    let told = run(&execution, "python", source).await;
    assert_eq!(told.stdout, "out \u{fffd}😀\n");
    assert_eq!(told.stderr, "err\n");
    execution.shutdown().await;
}

#[tokio::test]
async fn output_comes_while_the_program_runs_and_stop_ends_it() {
    let execution = built_in().await;
    let source = "import time\nprint('ready')\ntime.sleep(600)";
    let request = request("python", source);
    let id = request.id;
    let mut handle = execution.run(request);
    until_state(&mut handle, RunState::Running).await;
    until_output(&mut handle, "ready").await;
    handle.stop();
    assert_eq!(finish(handle).await.outcome, RunOutcome::Stopped);
    execution.shutdown().await;
    assert_eq!(containers_of(id).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_run_that_nobody_listens_to_any_more_ends() {
    let execution = built_in().await;
    let request = request("python", "import time\nprint('ready')\ntime.sleep(600)");
    let id = request.id;
    let mut handle = execution.run(request);
    until_output(&mut handle, "ready").await;
    let container = containers_of(id).await.remove(0);
    drop(handle);
    container_is("removed", &container).await;
    assert_eq!(containers_of(id).await, Vec::<String>::new());
    execution.shutdown().await;
}

#[tokio::test]
async fn a_run_that_waits_can_be_stopped_too() {
    let execution = start(ExecutionConfig {
        concurrent_runs: 1,
        ..config()
    })
    .await;
    let mut running = execution.run(request("python", "import time\ntime.sleep(600)"));
    until_state(&mut running, RunState::Running).await;
    let mut waiting = execution.run(request("python", "print('never')"));
    until_state(&mut waiting, RunState::Queued { place: 0 }).await;
    waiting.stop();
    let told = finish(waiting).await;
    assert_eq!(
        (told.outcome, told.stdout.as_str()),
        (RunOutcome::Stopped, "")
    );
    execution.shutdown().await;
}

#[tokio::test]
async fn a_program_beyond_its_time_is_ended_and_its_output_kept() {
    let execution = python_under("run_ms = 1000").await;
    let source = "
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('before')
while True: time.sleep(1)
";
    let told = run(&execution, "python", source).await;
    assert_eq!(told.outcome, RunOutcome::TimedOut { limit_ms: 1000 });
    assert_eq!(told.stdout, "before\n");
    assert!(told.wall_ms >= 990, "{}", told.wall_ms);
    execution.shutdown().await;
}

#[tokio::test]
async fn a_compiler_beyond_its_time_is_ended() {
    let table = python_table("compile_ms = 500").replace(
        "run =",
        "compile = [\"python3\", \"-c\", \"while True: pass\"]\nrun =",
    );
    let execution = with_table(&table, config()).await;
    let told = run(&execution, "python", "").await;
    assert_eq!(told.outcome, RunOutcome::TimedOut { limit_ms: 500 });
    execution.shutdown().await;
}

#[tokio::test]
async fn a_memory_hog_is_told_so() {
    let execution = python_under("memory_mib = 64").await;
    let out_of_memory = RunOutcome::OutOfMemory { limit: 64 * MIB };
    let heap = "hog = []\nwhile True: hog.append(b'x' * (1 << 20))";
    let told = run(&execution, "python", heap).await;
    assert_eq!(told.outcome, out_of_memory, "{}", told.stderr);
    assert!(
        told.peak_memory
            .is_some_and(|peak| (32 * MIB..=64 * MIB).contains(&peak))
    );
    let child = "
import subprocess, sys
code = subprocess.call([sys.executable, '-c', 'hog = []\\nwhile True: hog.append(b\"x\" * (1 << 20))'])
print(code)
sys.exit(1)
";
    let told = run(&execution, "python", child).await;
    assert_eq!(
        (told.outcome, told.stdout.as_str()),
        (out_of_memory, "-9\n")
    );
    execution.shutdown().await;
}

#[tokio::test]
async fn files_count_as_memory_and_are_bounded() {
    let execution = python_under("scratch_mib = 8\nfile_mib = 4").await;
    let source = "
import os
def fill(path, size):
    try:
        with open(path, 'wb', buffering=0) as file:
            while file.tell() < size: file.write(b'x' * 65536)
    except OSError as error:
        return os.strerror(error.errno)
for folder in ['/work', '/tmp']:
    print(fill(f'{folder}/a', 3 << 20), '|', fill(f'{folder}/b', 3 << 20), '|', fill(f'{folder}/c', 3 << 20))
    for name in 'abc': os.remove(f'{folder}/{name}')
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
print(fill('/tmp/large', 5 << 20))
";
    let told = run(&execution, "python", source).await;
    let expected = "None | None | No space left on device\n".repeat(2) + "File too large\n";
    assert_eq!(told.stdout, expected, "{}", told.stderr);
    execution.shutdown().await;
}

#[tokio::test]
async fn a_fork_bomb_is_bounded_and_harms_no_run_beside_it() {
    let execution = python_under("run_ms = 3000").await;
    let bomb = "
import os
while True:
    try: os.fork()
    except OSError: pass
";
    let bombing = execution.run(request("python", bomb));
    let beside = run(&execution, "python", "print('unharmed')").await;
    assert_eq!(
        (beside.outcome, beside.stdout.as_str()),
        (exited(0), "unharmed\n")
    );
    assert_eq!(
        finish(bombing).await.outcome,
        RunOutcome::TimedOut { limit_ms: 3000 }
    );
    let count = "
import os, time
count = 0
try:
    while True:
        if os.fork() == 0: time.sleep(600)
        count += 1
except OSError:
    print(0 < count < 64)
";
    let told = run(&execution, "python", count).await;
    assert_eq!((told.outcome, told.stdout.as_str()), (exited(0), "True\n"));
    execution.shutdown().await;
}

#[tokio::test]
async fn what_a_program_leaves_behind_ends_with_it() {
    let execution = built_in().await;
    let source = "
import os, sys, time
if os.fork() == 0:
    os.setsid()
    while True: time.sleep(1)
print('parent done')
";
    let told = run(&execution, "python", source).await;
    assert_eq!(
        (told.outcome, told.stdout.as_str()),
        (exited(0), "parent done\n")
    );
    execution.shutdown().await;
}

#[tokio::test]
async fn a_program_that_kills_everything_it_can_still_ends_as_a_run() {
    let execution = built_in().await;
    let source = "import os\nprint('bye')\nos.kill(os.getppid(), 9)\nos.kill(-1, 9)\nos.kill(os.getpid(), 9)";
    let told = run(&execution, "python", source).await;
    assert_eq!((told.outcome, told.stdout.as_str()), (exited(137), "bye\n"));
    execution.shutdown().await;
}

#[tokio::test]
async fn there_is_no_network() {
    let execution = built_in().await;
    let source = "
import socket
print([name for _, name in socket.if_nameindex() if not name.startswith(('lo', 'tunl', 'sit', 'ip6', 'gre', 'erspan'))])
for address in ['192.0.2.1', '169.254.169.254']:
    try:
        socket.create_connection((address, 80), timeout=5)
        print('connected')
    except OSError as error:
        print(error.strerror)
print(open('/etc/resolv.conf').read().split())
";
    let told = run(&execution, "python", source).await;
    let expected = "[]\nNetwork is unreachable\nNetwork is unreachable\n\
                    []\n";
    assert_eq!(told.stdout, expected, "{}", told.stderr);
    execution.shutdown().await;
}

#[tokio::test]
async fn the_program_is_nobody_and_can_write_only_its_own_folders() {
    let execution = built_in().await;
    let source = "
import os
print(os.getuid(), os.getgid(), os.getgroups())
status = dict(line.split(':', 1) for line in open('/proc/self/status'))
print(status['CapEff'].strip(), status['CapBnd'].strip(), status['NoNewPrivs'].strip(), status['Seccomp'].strip())
for path in ['/x', '/etc/x', '/usr/x', '/proc/sys/kernel/x', '/sys/x', '/work/x', '/tmp/x']:
    try:
        open(path, 'w')
        print(path, 'written')
    except OSError:
        pass
setuid = []
for folder, _, names in os.walk('/usr'):
    for name in names:
        path = os.path.join(folder, name)
        if os.lstat(path).st_mode & 0o6000: setuid.append(path)
print(setuid, os.path.exists('/var/run/docker.sock'), os.path.exists('/etc/apt'))
";
    let told = run(&execution, "python", source).await;
    let expected = "10001 10001 [10001]\n0000000000000000 0000000000000000 1 2\n\
                    /work/x written\n/tmp/x written\n[] False False\n";
    assert_eq!(told.stdout, expected, "{}", told.stderr);
    execution.shutdown().await;
}

#[tokio::test]
async fn output_beyond_the_limit_is_cut_and_told_and_the_program_ends_as_it_does() {
    let execution = python_under("output_kib = 4\nrun_ms = 2000").await;
    let told = run(
        &execution,
        "python",
        "print('é' * 5000)\nraise SystemExit(4)",
    )
    .await;
    assert!(told.truncated);
    assert_eq!(told.stdout, "é".repeat(2048));
    assert_eq!(told.outcome, exited(4));
    let told = run(&execution, "python", "while True: print('flood ' * 1000)").await;
    assert!(told.truncated);
    assert_eq!(told.stdout.len(), 4096);
    assert_eq!(told.outcome, RunOutcome::TimedOut { limit_ms: 2000 });
    execution.shutdown().await;
}

#[tokio::test]
async fn a_flood_that_nobody_reads_ends_at_its_limit_and_is_removed() {
    let execution = python_under("output_kib = 65536\nrun_ms = 1000").await;
    let request = request("python", "while True: print('flood ' * 1000)");
    let id = request.id;
    let mut handle = execution.run(request);
    until_output(&mut handle, "flood").await;
    let container = containers_of(id).await.remove(0);
    container_is("removed", &container).await;
    let told = finish(handle).await;
    assert_eq!(told.outcome, RunOutcome::TimedOut { limit_ms: 1000 });
    execution.shutdown().await;
}

#[tokio::test]
async fn rooms_take_turns() {
    let execution = start(ExecutionConfig {
        concurrent_runs: 1,
        ..config()
    })
    .await;
    let (busy, quiet) = (InterviewId::new(), InterviewId::new());
    let ask = |room, source: &str| {
        execution.run(RunRequest {
            room,
            ..request("python", source)
        })
    };
    let mut first = ask(busy, "import time\ntime.sleep(600)");
    until_state(&mut first, RunState::Running).await;
    let mut second = ask(busy, "print(2)");
    until_state(&mut second, RunState::Queued { place: 0 }).await;
    let mut third = ask(busy, "print(3)");
    until_state(&mut third, RunState::Queued { place: 1 }).await;
    let mut other = ask(quiet, "print('other')");
    until_state(&mut other, RunState::Queued { place: 1 }).await;
    until_state(&mut third, RunState::Queued { place: 2 }).await;
    first.stop();
    until_state(&mut third, RunState::Running).await;
    // Whoever ran before has told everything but its end by now.
    let mut states = Vec::new();
    while let Ok(event) = other.events.try_recv() {
        states.push(event);
    }
    assert!(
        states.contains(&RunEvent::State(RunState::Running)),
        "{states:?}"
    );
    assert_eq!(finish(second).await.outcome, exited(0));
    assert_eq!(finish(third).await.outcome, exited(0));
    execution.shutdown().await;
}

#[tokio::test]
async fn a_room_with_too_many_waiting_runs_is_told_so() {
    let execution = start(ExecutionConfig {
        concurrent_runs: 1,
        waiting_per_room: 1,
        ..config()
    })
    .await;
    let room = InterviewId::new();
    let ask = || {
        execution.run(RunRequest {
            room,
            ..request("python", "import time\ntime.sleep(600)")
        })
    };
    let mut running = ask();
    until_state(&mut running, RunState::Running).await;
    let mut waiting = ask();
    until_state(&mut waiting, RunState::Queued { place: 0 }).await;
    let refused = finish(ask()).await;
    assert!(
        matches!(&refused.outcome, RunOutcome::Unavailable { message, .. } if message.contains("waiting")),
        "{refused:?}"
    );
    execution.shutdown().await;
}

#[tokio::test]
async fn shutting_down_interrupts_what_runs_and_leaves_no_container() {
    let execution = built_in().await;
    let request = request("python", "import time\nprint('ready')\ntime.sleep(600)");
    let id = request.id;
    let mut handle = execution.run(request);
    until_output(&mut handle, "ready").await;
    let told = tokio::join!(finish(handle), execution.shutdown()).0;
    assert_eq!(told.outcome, RunOutcome::Interrupted);
    assert_eq!(containers_of(id).await, Vec::<String>::new());
}

#[test]
fn a_container_ends_at_its_limit_even_when_its_server_died() {
    let request = request("python", "import time\nprint('ready')\ntime.sleep(600)");
    let id = request.id;
    let server = tokio::runtime::Runtime::new().unwrap();
    server.block_on(async {
        let execution = python_under("run_ms = 2000").await;
        let mut handle = execution.run(request);
        until_output(&mut handle, "ready").await;
        // What a killed process does not do either: drop things one after the other.
        std::mem::forget((handle, execution));
    });
    server.shutdown_background();
    let observer = tokio::runtime::Runtime::new().unwrap();
    observer.block_on(async {
        let containers = containers_of(id).await;
        assert_eq!(containers.len(), 1);
        container_is("not-running", &containers[0]).await;
        remove(&containers[0]).await;
    });
}

/// A container as a killed server would have left it, running for long.
fn leave_behind(installation: &str, expires_ms: u128) -> (RunId, String) {
    let run = RunId::new();
    let output = Command::new("docker")
        .env("DOCKER_HOST", engine())
        .args(["run", "--detach", "--network", "none", "--init"])
        .args(["--label", &format!("porthole.run={run}")])
        .args(["--label", &format!("porthole.installation={installation}")])
        .args(["--label", "porthole.process=gone"])
        .args(["--label", &format!("porthole.expires={expires_ms}")])
        .args(["porthole-runner-python:1", "sleep", "600"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    (
        run,
        String::from_utf8(output.stdout).unwrap().trim().to_owned(),
    )
}

#[tokio::test]
async fn leftovers_of_dead_servers_are_removed_and_others_are_not() {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let installation = RunId::new().to_string();
    let (ours, ours_container) = leave_behind(&installation, now + 3_600_000);
    let (expired, expired_container) = leave_behind("another", now - 1);
    // Made last, so listed first: it has been looked at when the others go.
    let (wanted, wanted_container) = leave_behind("another", now + 3_600_000);
    let execution = start(ExecutionConfig {
        installation: Some(installation),
        ..config()
    })
    .await;
    container_is("removed", &ours_container).await;
    container_is("removed", &expired_container).await;
    assert_eq!(
        containers_of(ours).await.len() + containers_of(expired).await.len(),
        0
    );
    assert_eq!(containers_of(wanted).await.len(), 1);
    remove(&wanted_container).await;
    execution.shutdown().await;
}

#[tokio::test]
async fn without_an_engine_it_says_what_to_do_and_runs_once_the_engine_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let execution = Execution::start(ExecutionConfig {
        engine: Some(format!("unix://{}", socket.display())),
        ..ExecutionConfig::default()
    })
    .await
    .unwrap();
    for language in execution.languages() {
        assert!(
            language
                .unavailable
                .unwrap()
                .contains("scripts/docker-engine")
        );
    }
    let told = run(&execution, "python", "print(1)").await;
    assert!(
        matches!(&told.outcome, RunOutcome::Unavailable { hint, .. } if hint.contains("scripts/docker-engine")),
        "{told:?}"
    );
    std::os::unix::fs::symlink(engine().trim_start_matches("unix://"), socket).unwrap();
    assert_eq!(
        run(&execution, "python", "print(1)").await.outcome,
        exited(0)
    );
    execution.shutdown().await;
}

#[tokio::test]
async fn a_missing_image_is_told_with_what_to_do() {
    let table = python_table("").replace("porthole-runner-python:1", "porthole-runner-nothing:1");
    let execution = with_table(&table, config()).await;
    let unavailable = execution.languages().remove(0).unavailable.unwrap();
    assert!(
        unavailable.contains("porthole-runner-nothing:1"),
        "{unavailable}"
    );
    assert!(unavailable.contains("make runner-images"), "{unavailable}");
    let told = run(&execution, "python", "print(1)").await;
    assert!(
        matches!(&told.outcome, RunOutcome::Unavailable { hint, .. } if hint.contains("make runner-images")),
        "{told:?}"
    );
    execution.shutdown().await;
}

#[tokio::test]
async fn an_unknown_language_is_told_with_those_there_are() {
    let execution = built_in().await;
    let told = run(&execution, "cobol", "").await;
    assert!(
        matches!(&told.outcome, RunOutcome::Unavailable { hint, .. } if hint.contains("python, go, java")),
        "{told:?}"
    );
    execution.shutdown().await;
}
