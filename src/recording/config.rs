//! Section `[recordings]` of the configuration.

use serde::{Deserialize, Serialize};

/// Where complete recordings are kept: in the data folder, or in a bucket at Amazon or any other
/// service that speaks S3. The keys for that come from the environment (`AWS_ACCESS_KEY_ID`,
/// `AWS_SECRET_ACCESS_KEY`) or from the machine's role, so that no file holds them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecordingConfig {
    /// The bucket's name. Absent: the data folder.
    pub bucket: Option<String>,
    /// The service's address. Absent: Amazon's.
    pub endpoint: Option<String>,
    /// Absent: `AWS_REGION`, else `us-east-1`.
    pub region: Option<String>,
}
