//! What happens inside a container: the script that is its only command, and what it reads.
//!
//! Standard input begins with one line (the report's secret and the archive's size), then the
//! source as a tar archive of that size, then the program's own input. A container can therefore be
//! started before it is known what it will run. The script uses the shell's own commands after the
//! program's end, because a program may leave no process to spare.

use super::languages::LanguageRow;
use super::limits::Limits;

/// Where the source is unpacked and both commands run.
pub(super) const WORK: &str = "/work";
/// For what they write besides.
pub(super) const SCRATCH: &str = "/tmp";

const TEMPLATE: &str = r#"
exec 3>&2 2>/dev/null
read -r secret size || exit 0
uptime() { read -r now rest </proc/uptime; }
uptime; begun=$now last=$now
report() {
  kill -s KILL -- -1
  uptime
  limit= peak= kills=
  if [ -r /sys/fs/cgroup/memory.max ]; then
    read -r limit </sys/fs/cgroup/memory.max
    read -r peak </sys/fs/cgroup/memory.peak
    while read -r key value; do [ "$key" = oom_kill ] && kills=$value; done </sys/fs/cgroup/memory.events
  else
    read -r limit </sys/fs/cgroup/memory/memory.limit_in_bytes
    read -r peak </sys/fs/cgroup/memory/memory.max_usage_in_bytes
    while read -r key value; do [ "$key" = oom_kill ] && kills=$value; done </sys/fs/cgroup/memory/memory.oom_control
  fi
  set -- "$2" "$secret phase=$1 code=$2 begun=$begun last=$last ended=$now limit=$limit peak=$peak kills=$kills expected=@memory@"
  printf '\036%s\n' "$2"
  printf '\036%s\n' "$2" >&3
  exit "$1"
}
head -c "$size" | tar -xf - || report setup 1
@compile@
uptime; last=$now
timeout -s KILL @run_seconds@ @run@ 2>&3 3>&-
report run $?
"#;

const COMPILE: &str = r"timeout -s KILL @compile_seconds@ @compile@ </dev/null >&3 2>&3 3>&-
code=$?
[ $code -eq 0 ] || report compile $code";

/// The script for a language.
pub(super) fn script(language: &LanguageRow) -> String {
    let Limits {
        run_ms, compile_ms, ..
    } = language.limits;
    let compile = language.compile.as_ref().map_or(String::new(), |command| {
        COMPILE
            .replace("@compile_seconds@", &seconds(compile_ms))
            .replace("@compile@", &quoted(command))
    });
    // The commands last, so that nothing in them is taken for a placeholder.
    TEMPLATE
        .replace("@memory@", &language.limits.memory_bytes().to_string())
        .replace("@run_seconds@", &seconds(run_ms))
        .replace("@compile@", &compile)
        .replace("@run@", &quoted(&language.run))
}

/// Everything that goes to the container's standard input before the program's own.
pub(super) fn delivery(secret: &str, file: &str, source: &str) -> std::io::Result<Vec<u8>> {
    let mut header = tar::Header::new_ustar();
    header.set_size(source.len() as u64);
    header.set_mode(0o644);
    header.set_entry_type(tar::EntryType::Regular);
    let mut archive = tar::Builder::new(Vec::new());
    archive.append_data(&mut header, file, source.as_bytes())?;
    let archive = archive.into_inner()?;
    let mut bytes = format!("{secret} {}\n", archive.len()).into_bytes();
    bytes.extend(archive);
    Ok(bytes)
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

/// A command as the shell reads it back, word for word.
fn quoted(command: &[String]) -> String {
    let words = command
        .iter()
        .map(|word| format!("'{}'", word.replace('\'', r"'\''")));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::languages::Languages;

    #[test]
    fn words_reach_the_command_as_they_are() {
        let command = ["echo", "a b", "it's", "$HOME", "*"].map(String::from);
        let output = std::process::Command::new("sh")
            .args(["-c", &format!("printf '%s|' {}", quoted(&command))])
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "echo|a b|it's|$HOME|*|"
        );
    }

    #[test]
    fn only_a_compiled_language_has_a_compile_step() {
        let languages = Languages::built_in().unwrap();
        let python = script(languages.get("python").unwrap());
        assert!(!python.contains("report compile"));
        assert!(python.contains("timeout -s KILL 10.000 'python3' '-u'"));
        let go = script(languages.get("go").unwrap());
        assert!(go.contains("timeout -s KILL 30.000 'go' 'build'"));
        assert!(go.contains("report compile"));
        assert!(!go.contains('@'), "a placeholder is left");
    }

    #[test]
    fn the_delivery_tells_its_own_length_and_holds_the_source() {
        let bytes = delivery("secret", "main.py", "print('é')").unwrap();
        let line_end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        let archive = &bytes[line_end + 1..];
        assert_eq!(
            std::str::from_utf8(&bytes[..line_end]).unwrap(),
            format!("secret {}", archive.len())
        );
        let mut archive = tar::Archive::new(archive);
        let mut entry = archive.entries().unwrap().next().unwrap().unwrap();
        assert_eq!(entry.path().unwrap().to_str(), Some("main.py"));
        let mut source = String::new();
        std::io::Read::read_to_string(&mut entry, &mut source).unwrap();
        assert_eq!(source, "print('é')");
    }
}
