//! ICE-TCP: datagrams as frames on a TCP connection (RFC 4571, RFC 6544), for networks in which UDP
//! does not get through.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::worker::Path;

/// Frames that may wait for a slow connection: about a second of a call. What does not fit is
/// dropped, as a network would.
pub(crate) const OUTGOING_FRAMES: usize = 256;
/// Checks and media never pause for as long.
const SILENCE: Duration = Duration::from_secs(30);
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// Larger than any datagram that WebRTC sends.
const MAX_FRAME: usize = 4_096;

/// What a connection tells the worker.
pub(crate) enum Inbound {
    Frame { path: Path, datagram: BytesMut },
    Closed { path: Path },
}

/// Carries frames both ways until either side is done.
pub(crate) async fn serve(
    stream: TcpStream,
    path: Path,
    inbound: mpsc::Sender<Inbound>,
    mut outgoing: mpsc::Receiver<Bytes>,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let reading = async {
        while let Ok(Some(datagram)) = timeout(SILENCE, read_frame(&mut read)).await {
            let frame = Inbound::Frame { path, datagram };
            if inbound.send(frame).await.is_err() {
                break;
            }
        }
    };
    let writing = async {
        while let Some(datagram) = outgoing.recv().await {
            let Ok(length) = u16::try_from(datagram.len()) else {
                continue;
            };
            let mut frame = BytesMut::with_capacity(2 + datagram.len());
            frame.extend_from_slice(&length.to_be_bytes());
            frame.extend_from_slice(&datagram);
            match timeout(WRITE_TIMEOUT, write.write_all(&frame)).await {
                Ok(Ok(())) => {}
                _ => break,
            }
        }
    };
    tokio::select! {
        () = reading => {}
        () = writing => {}
    }
    // The worker is gone only when everything stops.
    let _ = inbound.send(Inbound::Closed { path }).await;
}

/// The next frame; `None` when the connection ends or breaks the format.
async fn read_frame(read: &mut (impl AsyncReadExt + Unpin)) -> Option<BytesMut> {
    let length = usize::from(read.read_u16().await.ok()?);
    if length == 0 || length > MAX_FRAME {
        return None;
    }
    let mut datagram = BytesMut::zeroed(length);
    read.read_exact(&mut datagram).await.ok()?;
    Some(datagram)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn frames_are_read_whole() {
        let mut bytes: &[u8] = &[0, 3, 1, 2, 3, 0, 1, 9];
        assert_eq!(read_frame(&mut bytes).await.unwrap().as_ref(), [1, 2, 3]);
        assert_eq!(read_frame(&mut bytes).await.unwrap().as_ref(), [9]);
        assert!(read_frame(&mut bytes).await.is_none());
    }

    #[tokio::test]
    async fn a_frame_that_is_empty_cut_or_too_long_ends_the_connection() {
        for mut bytes in [&[0, 0][..], &[0, 5, 1], &[0xff, 0xff, 1]] {
            assert!(read_frame(&mut bytes).await.is_none());
        }
    }
}
