//! Containers that no server looks after any more: what a killed server left behind.

use std::collections::HashMap;

use bollard::Docker;
use bollard::models::ContainerSummary;
use bollard::query_parameters::{ListContainersOptionsBuilder, RemoveContainerOptionsBuilder};

use super::cage::{LABEL_EXPIRES, LABEL_INSTALLATION, LABEL_PROCESS, LABEL_RUN};

/// Whose containers a server process starts.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    pub installation: String,
    pub process: String,
}

impl Owner {
    /// The labels of a container that nobody will want after `expires_ms`.
    pub fn labels(&self, run: &str, expires_ms: u64) -> HashMap<String, String> {
        [
            (LABEL_RUN, run),
            (LABEL_INSTALLATION, &self.installation),
            (LABEL_PROCESS, &self.process),
            (LABEL_EXPIRES, &expires_ms.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// A container is left over when its time is over, whoever started it, or when an earlier
    /// process of this very installation did.
    fn is_leftover(&self, labels: &HashMap<String, String>, now_ms: u64) -> bool {
        let label = |name: &str| labels.get(name).map(String::as_str);
        let expired = label(LABEL_EXPIRES)
            .and_then(|text| text.parse::<u64>().ok())
            .is_none_or(|expires| expires < now_ms);
        let earlier_process = label(LABEL_INSTALLATION) == Some(&self.installation)
            && label(LABEL_PROCESS) != Some(&self.process);
        expired || earlier_process
    }
}

/// Removes them all; tells how many.
pub(super) async fn remove(
    docker: &Docker,
    owner: &Owner,
    now_ms: u64,
) -> Result<usize, bollard::errors::Error> {
    let ours = HashMap::from([("label", vec![LABEL_RUN])]);
    let options = ListContainersOptionsBuilder::new()
        .all(true)
        .filters(&ours)
        .build();
    let mut removed = 0;
    for ContainerSummary { id, labels, .. } in docker.list_containers(Some(options)).await? {
        let Some(id) = id else { continue };
        if !owner.is_leftover(&labels.unwrap_or_default(), now_ms) {
            continue;
        }
        let options = RemoveContainerOptionsBuilder::new().force(true).build();
        match docker.remove_container(&id, Some(options)).await {
            Ok(()) => removed += 1,
            // Another server on this engine was quicker, or it is being removed already.
            Err(error) => tracing::debug!(%error, container = id, "a leftover was not removed"),
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(installation: &str, process: &str) -> Owner {
        Owner {
            installation: installation.into(),
            process: process.into(),
        }
    }

    #[test]
    fn what_is_still_wanted_stays() {
        let us = owner("here", "p2");
        let labels = us.labels("run", 1000);
        assert!(!us.is_leftover(&labels, 1000));
        assert!(!us.is_leftover(&owner("elsewhere", "p1").labels("run", 1000), 500));
    }

    #[test]
    fn what_an_earlier_process_left_goes_at_once_and_what_others_left_in_time() {
        let us = owner("here", "p2");
        assert!(us.is_leftover(&owner("here", "p1").labels("run", 1000), 500));
        assert!(us.is_leftover(&owner("elsewhere", "p1").labels("run", 1000), 1001));
        assert!(us.is_leftover(&HashMap::from([(LABEL_RUN.into(), "run".into())]), 0));
    }
}
