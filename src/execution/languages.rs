//! The languages as data: `config/languages.toml`, read and checked.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ExecutionError;
use super::limits::Limits;

const BUILT_IN: &str = include_str!("../../config/languages.toml");

/// One row of the table. The keys are explained in `config/languages.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LanguageRow {
    pub id: String,
    pub name: String,
    pub monaco: String,
    pub file: String,
    pub enabled: bool,
    pub image: String,
    pub compile: Option<Vec<String>>,
    pub run: Vec<String>,
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    #[serde(default)]
    pub starter_code: String,
    #[serde(default)]
    pub limits: Limits,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    language: Vec<LanguageRow>,
}

/// The enabled rows, in the order of the file.
#[derive(Debug)]
pub(super) struct Languages(Vec<LanguageRow>);

impl Languages {
    pub fn built_in() -> Result<Self, ExecutionError> {
        Self::parse(BUILT_IN)
    }

    pub fn parse(text: &str) -> Result<Self, ExecutionError> {
        let file: File = toml::from_str(text)
            .map_err(|error| ExecutionError::Languages(error.to_string().trim().to_owned()))?;
        for (index, row) in file.language.iter().enumerate() {
            row.check(&file.language[..index])
                .map_err(|what| ExecutionError::Languages(format!("{}: {what}", row.id)))?;
        }
        let rows: Vec<_> = file
            .language
            .into_iter()
            .filter(|row| row.enabled)
            .collect();
        if rows.is_empty() {
            return Err(ExecutionError::Languages("no language is enabled".into()));
        }
        Ok(Self(rows))
    }

    pub fn get(&self, id: &str) -> Option<&LanguageRow> {
        self.0.iter().find(|row| row.id == id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &LanguageRow> {
        self.0.iter()
    }
}

impl LanguageRow {
    fn check(&self, earlier: &[LanguageRow]) -> Result<(), String> {
        let plain = |text: &str, extra: &str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
        };
        if !plain(&self.id, "-+#") {
            return Err("an id is made of letters, digits and - + #".into());
        }
        if earlier.iter().any(|other| other.id == self.id) {
            return Err("this id is there twice".into());
        }
        if !plain(&self.file, "._-") || self.file.starts_with(['.', '-']) {
            return Err(format!("{:?} is no plain file name", self.file));
        }
        if earlier.iter().any(|other| other.file == self.file) {
            return Err(format!("another language has the file {} too", self.file));
        }
        if self.image.is_empty() {
            return Err("image is empty".into());
        }
        if self.run.is_empty() {
            return Err("run is empty".into());
        }
        if self.compile.as_ref().is_some_and(Vec::is_empty) {
            return Err("compile is empty; leave it out where nothing is to be compiled".into());
        }
        self.limits.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"
        [[language]]
        id = "sh"
        name = "Shell"
        monaco = "shell"
        file = "main.sh"
        enabled = true
        image = "some:1"
        run = ["sh", "main.sh"]
    "#;

    fn refusal(text: &str) -> String {
        Languages::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn the_built_in_table_has_python_go_and_java_with_starter_code() {
        let languages = Languages::built_in().unwrap();
        let ids: Vec<_> = languages.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["python", "go", "java"]);
        assert!(languages.iter().all(|row| !row.starter_code.is_empty()));
        assert!(languages.get("python").unwrap().compile.is_none());
        assert!(languages.get("go").unwrap().compile.is_some());
    }

    #[test]
    fn limits_left_out_are_the_defaults() {
        let languages = Languages::parse(&format!("{ROW}\n[language.limits]\npids = 3")).unwrap();
        let limits = &languages.get("sh").unwrap().limits;
        assert_eq!(limits.pids, 3);
        assert_eq!(limits.memory_mib, Limits::default().memory_mib);
    }

    #[test]
    fn unknown_keys_are_refused_by_name() {
        assert!(refusal(&format!("{ROW}\ncolour = 1")).contains("colour"));
        assert!(refusal(&format!("{ROW}\n[language.limits]\nwalls = 1")).contains("walls"));
    }

    #[test]
    fn a_file_name_that_leads_elsewhere_is_refused() {
        for name in ["../main.sh", "/etc/passwd", "", ".hidden", "-rf", "a b"] {
            let text = ROW.replace("main.sh\"\n", &format!("{name}\"\n"));
            assert!(Languages::parse(&text).is_err(), "{name:?}");
        }
    }

    #[test]
    fn rows_that_would_collide_are_refused() {
        assert!(refusal(&format!("{ROW}{ROW}")).contains("twice"));
        let other = ROW.replace("\"sh\"\n", "\"bash\"\n");
        assert!(refusal(&format!("{ROW}{other}")).contains("file main.sh"));
    }

    #[test]
    fn a_table_without_an_enabled_language_is_refused() {
        assert!(refusal(&ROW.replace("true", "false")).contains("enabled"));
    }

    #[test]
    fn a_limit_of_nothing_is_refused() {
        assert!(
            refusal(&format!("{ROW}\n[language.limits]\nmemory_mib = 0")).contains("memory_mib")
        );
    }
}
