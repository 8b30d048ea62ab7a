//! A call in two browser tabs, and nothing else: `cargo run -p porthole-sfu --example call`, then
//! open the printed address twice. Without HTTPS, so on this machine only.
//!
//! The page offers with `POST /offer/{participant}`: lines `publish MID SOURCE` and
//! `subscribe MID TRACK`, an empty line, the SDP. `GET /tracks/{participant}` lists what the others
//! publish, one track a line.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use porthole_sfu::{
    Config, Offer, ParticipantId, Publish, Room, RoomEvent, Sfu, Source, Subscribe, TrackId,
};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

const PAGE: &str = include_str!("call.html");
const MAX_BODY: usize = 256 * 1024;

type Tracks = Arc<Mutex<HashMap<TrackId, (ParticipantId, Source)>>>;
type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let mut config = Config::on(address);
    config.tcp_port = Some(address.port());
    let sfu = Sfu::bind(config).await?;
    let (room, mut events) = sfu.room();
    let tracks = Tracks::default();
    println!("http://{address}/");

    let known = tracks.clone();
    tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            println!("{event:?}");
            let mut known = known.lock().unwrap_or_else(|broken| broken.into_inner());
            match event {
                RoomEvent::TrackStarted {
                    participant,
                    track,
                    source,
                    ..
                } => {
                    known.insert(track, (participant, source));
                }
                RoomEvent::TrackEnded { track, .. } => {
                    known.remove(&track);
                }
                RoomEvent::Connected { .. } | RoomEvent::Disconnected { .. } => {}
            }
        }
    });
    loop {
        let (stream, remote) = listener.accept().await?;
        let (sfu, room, tracks) = (sfu.clone(), room.clone(), tracks.clone());
        tokio::spawn(async move {
            if let Err(error) = route(stream, remote, &sfu, &room, &tracks).await {
                println!("{error}");
            }
        });
    }
}

/// The length of a framed STUN check starts with a zero byte; HTTP with a letter.
async fn route(
    stream: TcpStream,
    remote: SocketAddr,
    sfu: &Sfu,
    room: &Room,
    tracks: &Tracks,
) -> Result<(), Failure> {
    let mut first = [0];
    stream.peek(&mut first).await?;
    if first[0] == 0 {
        sfu.accept_tcp(stream, remote);
        return Ok(());
    }
    serve(stream, room, tracks).await
}

async fn serve(stream: TcpStream, room: &Room, tracks: &Tracks) -> Result<(), Failure> {
    let mut stream = BufReader::new(stream);
    let mut request = String::new();
    stream.read_line(&mut request).await?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await?;
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse::<usize>()?.min(MAX_BODY);
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;

    let mut words = request.split(' ');
    let (_method, path) = (words.next(), words.next().unwrap_or_default());
    let answer = if let Some(participant) = path.strip_prefix("/offer/") {
        let offer = parse_offer(&String::from_utf8(body)?)?;
        room.offer(ParticipantId(participant.parse()?), offer)
            .await?
    } else if let Some(participant) = path.strip_prefix("/tracks/") {
        let participant = ParticipantId(participant.parse()?);
        let known = tracks.lock().map_err(|error| error.to_string())?;
        known
            .iter()
            .filter(|(_, (publisher, _))| *publisher != participant)
            .map(|(track, (_, source))| format!("{} {source:?}\n", track.0))
            .collect()
    } else {
        PAGE.to_owned()
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(answer.as_bytes()).await?;
    Ok(stream.shutdown().await?)
}

fn parse_offer(body: &str) -> Result<Offer, Failure> {
    let (sections, sdp) = body.split_once("\n\n").ok_or("no empty line")?;
    let mut offer = Offer {
        sdp: sdp.to_owned(),
        publish: Vec::new(),
        subscribe: Vec::new(),
    };
    for line in sections.lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["publish", mid, source] => offer.publish.push(Publish {
                mid: mid.to_owned(),
                source: match source {
                    "Microphone" => Source::Microphone,
                    _ => Source::Camera,
                },
                track: TrackId(rand::random()),
            }),
            ["subscribe", mid, track] => offer.subscribe.push(Subscribe {
                mid: mid.to_owned(),
                track: TrackId(track.parse()?),
            }),
            _ => {}
        }
    }
    Ok(offer)
}
