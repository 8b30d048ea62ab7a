use std::fs::File;
use std::io::{self, Seek, Write};

/// What a recording is written to: a file, or what behaves like one.
pub trait Storage: Write + Seek {
    /// Cuts the content off at this length.
    fn set_len(&mut self, length: u64) -> io::Result<()>;

    /// Returns when what was written survives a power failure.
    fn sync(&mut self) -> io::Result<()>;
}

impl Storage for File {
    fn set_len(&mut self, length: u64) -> io::Result<()> {
        File::set_len(self, length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}
