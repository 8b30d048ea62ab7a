//! The cage: how a container for one run is made.

use std::collections::HashMap;

use bollard::models::{ContainerCreateBody, HostConfig, HostConfigLogConfig, ResourcesUlimits};

use super::languages::LanguageRow;
use super::script::{SCRATCH, WORK, script};

/// Every container of a run carries this label; its value is the run's id.
pub(super) const LABEL_RUN: &str = "porthole.run";
/// The server process that started it.
pub(super) const LABEL_PROCESS: &str = "porthole.process";
/// The installation that the process belongs to.
pub(super) const LABEL_INSTALLATION: &str = "porthole.installation";
/// When nobody can still want it, in milliseconds since the epoch.
pub(super) const LABEL_EXPIRES: &str = "porthole.expires";

/// The account of the runner images (`config/runners/base`).
const USER: u32 = 10_001;
/// Some languages' locks and queues between processes live in shared memory.
const SHARED_MEMORY: i64 = 16 << 20;

/// What the engine is asked to create. `labels` say whose it is.
pub(super) fn cage(
    language: &LanguageRow,
    runtime: Option<&str>,
    labels: HashMap<String, String>,
) -> ContainerCreateBody {
    let limits = &language.limits;
    let memory = limits.memory_bytes() as i64;
    let folder = format!(
        "rw,exec,nosuid,nodev,size={},mode=0700,uid={USER},gid={USER}",
        limits.scratch_bytes()
    );
    let ulimit = |name: &str, value: u64| ResourcesUlimits {
        name: Some(name.into()),
        soft: Some(value as i64),
        hard: Some(value as i64),
    };
    let mut env = vec![
        format!("HOME={WORK}"),
        format!("TMPDIR={SCRATCH}"),
        "LANG=C.UTF-8".into(),
    ];
    env.extend(
        language
            .env
            .iter()
            .map(|(name, value)| format!("{name}={value}")),
    );
    ContainerCreateBody {
        image: Some(language.image.clone()),
        entrypoint: Some(vec!["/bin/sh".into(), "-c".into(), script(language)]),
        cmd: Some(Vec::new()),
        env: Some(env),
        user: Some(format!("{USER}:{USER}")),
        working_dir: Some(WORK.into()),
        hostname: Some("runner".into()),
        labels: Some(labels),
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        open_stdin: Some(true),
        // Input ends with the connection, so that a container whose server died before it sent a
        // program ends too.
        stdin_once: Some(true),
        network_disabled: Some(true),
        host_config: Some(HostConfig {
            network_mode: Some("none".into()),
            // Or the engine copies in the names of the host's own resolvers and domains.
            dns: Some(vec!["127.0.0.1".into()]),
            dns_search: Some(vec![".".into()]),
            readonly_rootfs: Some(true),
            tmpfs: Some(HashMap::from(
                [WORK, SCRATCH].map(|path| (path.into(), folder.clone())),
            )),
            shm_size: Some(SHARED_MEMORY),
            ipc_mode: Some("private".into()),
            memory: Some(memory),
            // The sum of both: no swap.
            memory_swap: Some(memory),
            nano_cpus: Some(limits.nano_cpus()),
            pids_limit: Some(limits.pids.into()),
            ulimits: Some(vec![
                ulimit("fsize", limits.file_bytes()),
                ulimit("nofile", limits.open_files.into()),
                ulimit("core", 0),
            ]),
            cap_drop: Some(vec!["ALL".into()]),
            security_opt: Some(vec!["no-new-privileges".into()]),
            init: Some(true),
            log_config: Some(HostConfigLogConfig {
                typ: Some("none".into()),
                config: None,
            }),
            runtime: runtime.map(Into::into),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::languages::Languages;

    #[test]
    fn no_container_is_made_without_its_walls() {
        let languages = Languages::built_in().unwrap();
        for language in languages.iter() {
            let body = cage(language, None, HashMap::new());
            assert_eq!(body.user.as_deref(), Some("10001:10001"));
            let host = body.host_config.unwrap();
            assert_eq!(host.network_mode.as_deref(), Some("none"));
            assert_eq!(host.readonly_rootfs, Some(true));
            assert_eq!(host.cap_drop, Some(vec!["ALL".to_owned()]));
            assert_eq!(
                host.security_opt,
                Some(vec!["no-new-privileges".to_owned()])
            );
            assert_eq!(host.memory, host.memory_swap);
            assert!(host.memory > Some(0) && host.nano_cpus > Some(0) && host.pids_limit > Some(0));
            assert_eq!(
                (host.binds, host.mounts, host.privileged),
                (None, None, None)
            );
        }
    }
}
