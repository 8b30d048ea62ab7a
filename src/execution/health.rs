//! What can run right now. Asked in the background, so that everybody is told before they press
//! run, and so that an engine or image that comes back is noticed without a restart.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Notify;

use super::engine::{Engine, Problem, is_missing, no_image};
use super::languages::Languages;

/// While all is well.
const CALM: Duration = Duration::from_secs(60);
/// While something is missing.
const EAGER: Duration = Duration::from_secs(3);

#[derive(Default)]
pub(super) struct Health {
    /// By language id; a language without an entry can run.
    problems: RwLock<HashMap<String, Problem>>,
    doubt: Notify,
}

impl Health {
    pub fn problem(&self, language: &str) -> Option<Problem> {
        let problems = self.problems.read().unwrap_or_else(PoisonError::into_inner);
        problems.get(language).cloned()
    }

    /// Something did not work: look again soon.
    pub fn doubt(&self) {
        self.doubt.notify_one();
    }

    /// Returns when it is time for the next look.
    pub async fn wait(&self) {
        let well = {
            let problems = self.problems.read().unwrap_or_else(PoisonError::into_inner);
            problems.is_empty()
        };
        let pause = tokio::time::sleep(if well { CALM } else { EAGER });
        tokio::select! {
            () = pause => {}
            () = self.doubt.notified() => {}
        }
    }

    pub async fn look(&self, engine: &Engine, languages: &Languages) {
        let mut problems = HashMap::new();
        match engine.check().await {
            Err(problem) => {
                problems.extend(
                    languages
                        .iter()
                        .map(|row| (row.id.clone(), problem.clone())),
                );
            }
            Ok(docker) => {
                for row in languages.iter() {
                    let problem = match docker.inspect_image(&row.image).await {
                        Ok(_) => continue,
                        Err(error) if is_missing(&error) => no_image(row),
                        Err(error) => engine.problem(&error),
                    };
                    problems.insert(row.id.clone(), problem);
                }
            }
        }
        let mut known = self
            .problems
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if *known != problems {
            for (language, problem) in &problems {
                tracing::warn!(language, "{} {}", problem.message, problem.hint);
            }
            if problems.is_empty() {
                tracing::info!("every language can run");
            }
            *known = problems;
        }
    }
}
