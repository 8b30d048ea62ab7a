//! The test client on a UDP socket or a TCP connection (RFC 4571).

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rtc::rtp::header::Header;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::client::{Client, Incoming};

/// Nothing on loopback takes as long; it only ends a test that has failed.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often lost datagrams are looked after.
const TICK: Duration = Duration::from_millis(50);

enum Wire {
    Udp(UdpSocket),
    /// With what has been read of the next frame.
    Tcp(TcpStream, Vec<u8>),
}

pub struct Online {
    pub client: Client,
    wire: Wire,
}

impl Online {
    pub async fn by_udp(server: SocketAddr) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.connect(server).await.unwrap();
        Self {
            client: Client::new(),
            wire: Wire::Udp(socket),
        }
    }

    pub async fn by_tcp(server: SocketAddr) -> Self {
        let stream = TcpStream::connect(server).await.unwrap();
        Self {
            client: Client::new(),
            wire: Wire::Tcp(stream, Vec::new()),
        }
    }

    pub async fn connect(&mut self) {
        while self.client.checks_answered == 0 {
            let check = self.client.check(true);
            self.send(&check).await;
            self.step().await;
        }
        self.client.shake_hands(Instant::now());
        let client_is_connected = async {
            while !self.client.is_connected() {
                self.step().await;
            }
            // The last flight.
            self.flush().await;
        };
        timeout(PATIENCE, client_is_connected).await.unwrap();
    }

    /// Sends a video packet again and again, each time with the next number, until the other client
    /// has received one; gives it.
    pub async fn send_until_received(
        &mut self,
        other: &mut Self,
        mut header: Header,
        payload: &[u8],
    ) -> (Header, bytes::Bytes) {
        let exchange = async {
            loop {
                let datagram = self.client.rtp(&header, payload);
                header.sequence_number = header.sequence_number.wrapping_add(1);
                self.send(&datagram).await;
                other.step().await;
                while let Some(one) = other.client.received.pop_front() {
                    if let Incoming::Rtp(header, payload) = one {
                        return (header, payload);
                    }
                }
            }
        };
        timeout(PATIENCE, exchange).await.unwrap()
    }

    /// Says goodbye.
    pub async fn close(mut self) {
        self.client.close(Instant::now());
        self.flush().await;
    }

    pub async fn send(&mut self, datagram: &[u8]) {
        match &mut self.wire {
            Wire::Udp(socket) => {
                socket.send(datagram).await.unwrap();
            }
            Wire::Tcp(stream, _) => {
                let length = u16::try_from(datagram.len()).unwrap();
                stream.write_all(&length.to_be_bytes()).await.unwrap();
                stream.write_all(datagram).await.unwrap();
            }
        }
    }

    /// Sends what the handshake wants to, and handles what comes within a tick.
    async fn step(&mut self) {
        self.flush().await;
        match timeout(TICK, self.wire.receive()).await {
            Ok(datagram) => self.client.handle(Instant::now(), &datagram),
            Err(_) => self.client.handle_timeout(Instant::now()),
        }
    }

    async fn flush(&mut self) {
        while let Some(datagram) = self.client.poll_transmit() {
            self.send(&datagram).await;
        }
    }
}

impl Wire {
    /// Loses nothing when it is cancelled.
    async fn receive(&mut self) -> Vec<u8> {
        match self {
            Self::Udp(socket) => {
                let mut buffer = vec![0; 2_048];
                let length = socket.recv(&mut buffer).await.unwrap();
                buffer.truncate(length);
                buffer
            }
            Self::Tcp(stream, read) => loop {
                if let [high, low, rest @ ..] = &read[..] {
                    let length = usize::from(u16::from_be_bytes([*high, *low]));
                    if rest.len() >= length {
                        let frame = rest[..length].to_vec();
                        read.drain(..2 + length);
                        return frame;
                    }
                }
                assert_ne!(stream.read_buf(read).await.unwrap(), 0, "closed");
            },
        }
    }
}
