//! What is printed at start: where the server is, and how to make the first account.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use porthole::config::PublicUrl;

pub fn text(address: SocketAddr, public: Option<&PublicUrl>, setup: Option<&str>) -> String {
    let addresses = match public {
        Some(url) => vec![url.to_string()],
        None => addresses(address, own_address()),
    };
    let mut text = String::from("\nPorthole is ready:\n");
    for address in &addresses {
        text.push_str(&format!("  {address}\n"));
    }
    if let Some(setup) = setup {
        text.push_str(
            "\nThere is no account yet. Make the first one here (the link works once):\n",
        );
        for address in &addresses {
            text.push_str(&format!("  {address}{setup}\n"));
        }
    }
    text.push('\n');
    text
}

/// Where browsers reach a server that listens there: on this machine without encryption, which
/// spares the warning about a self-signed certificate.
fn addresses(listen: SocketAddr, own: Option<IpAddr>) -> Vec<String> {
    let port = listen.port();
    let ip = listen.ip();
    let here = format!("http://localhost:{port}");
    let from_elsewhere = |ip| format!("https://{}", SocketAddr::new(ip, port));
    if ip.is_unspecified() {
        let elsewhere = own.map(from_elsewhere);
        std::iter::once(here).chain(elsewhere).collect()
    } else if ip.is_loopback() {
        vec![format!("http://{listen}")]
    } else {
        vec![from_elsewhere(ip)]
    }
}

/// The address that this machine would use to speak to others. Nothing is sent: connecting a UDP
/// socket only looks up the route. The destinations are for documentation (RFC 5737, RFC 3849).
fn own_address() -> Option<IpAddr> {
    let routes: [(IpAddr, IpAddr); 2] = [
        (
            Ipv4Addr::UNSPECIFIED.into(),
            Ipv4Addr::new(192, 0, 2, 1).into(),
        ),
        (
            Ipv6Addr::UNSPECIFIED.into(),
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
        ),
    ];
    routes.into_iter().find_map(|(any, destination)| {
        let socket = UdpSocket::bind((any, 0)).ok()?;
        socket.connect((destination, 9)).ok()?;
        Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(listen: &str, own: Option<&str>) -> Vec<String> {
        addresses(listen.parse().unwrap(), own.map(|own| own.parse().unwrap()))
    }

    #[test]
    fn everywhere_is_here_and_elsewhere() {
        let own = Some("192.0.2.7");
        let both = ["http://localhost:8443", "https://192.0.2.7:8443"];
        assert_eq!(said("[::]:8443", own), both);
        assert_eq!(said("0.0.0.0:8443", own), both);
        assert_eq!(said("0.0.0.0:8443", None), both[..1]);
        assert_eq!(
            said("[::]:1", Some("2001:db8::7"))[1],
            "https://[2001:db8::7]:1"
        );
    }

    #[test]
    fn one_address_is_where_it_listens() {
        assert_eq!(said("127.0.0.1:81", None), ["http://127.0.0.1:81"]);
        assert_eq!(said("192.0.2.7:81", None), ["https://192.0.2.7:81"]);
    }

    #[test]
    fn link_is_printed_for_each_address_while_there_is_no_account() {
        let public: PublicUrl = "https://interviews.example".parse().unwrap();
        let listen = "[::]:8443".parse().unwrap();
        let first = text(listen, Some(&public), Some("/setup#abc"));
        assert!(first.contains("  https://interviews.example/setup#abc\n"));
        let later = text(listen, Some(&public), None);
        assert!(later.contains("  https://interviews.example\n"));
        assert!(!later.contains("account"));
    }
}
