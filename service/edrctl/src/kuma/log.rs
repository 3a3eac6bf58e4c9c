//! What a call comes to, for journald; where there is none, for syslog.
//!
//! What KUMA does with a script's output nobody has written down, so it is told where an
//! administrator of the correlator looks anyway: `journalctl -t edrctl-kuma`.

use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

/// Who is said to speak.
const IDENTIFIER: &str = "edrctl-kuma";
/// Most bytes of a value: all together stay far below what a datagram may hold.
const MOST_VALUE: usize = 16 * 1024;
/// Most bytes of a line for syslog, as RFC 3164 has it, and more of it as all take it today.
const MOST_LINE: usize = 2 * 1024;

/// How much it matters, in syslog's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Nothing was done that should have been.
    Error,
    /// It was done, or nobody knows, and somebody should look.
    Warning,
    /// It was done.
    Notice,
}

impl Weight {
    const fn number(self) -> u8 {
        match self {
            Self::Error => 3,
            Self::Warning => 4,
            Self::Notice => 5,
        }
    }
}

/// Where it is told.
#[derive(Debug, Clone)]
pub struct SystemLog {
    /// The socket of journald.
    pub journald: PathBuf,
    /// The socket of syslog.
    pub syslog: PathBuf,
}

impl Default for SystemLog {
    fn default() -> Self {
        Self {
            journald: "/run/systemd/journal/socket".into(),
            syslog: "/dev/log".into(),
        }
    }
}

impl SystemLog {
    /// Tells a message with fields. That nobody listens is no reason not to go on: the line on the
    /// standard output is still there. Says whether somebody has taken it.
    #[must_use]
    pub fn tell(&self, weight: Weight, message: &str, fields: &[(&str, &str)]) -> bool {
        let entry = entry(weight, message, fields);
        if send(&self.journald, &entry).is_ok() {
            return true;
        }
        let line = line(weight, message);
        send(&self.syslog, line.as_bytes()).is_ok()
    }
}

fn send(socket: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let from = UnixDatagram::unbound()?;
    // A full socket of a daemon that hangs is not waited for.
    from.set_nonblocking(true)?;
    from.send_to(bytes, socket).map(|_| ())
}

/// An entry in journald's native protocol: a field a line, and one whose value has lines of its own
/// with its length before it.
fn entry(weight: Weight, message: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut entry = Vec::new();
    let priority = weight.number().to_string();
    let own = [
        ("PRIORITY", priority.as_str()),
        ("SYSLOG_IDENTIFIER", IDENTIFIER),
        ("MESSAGE", message),
    ];
    for (name, value) in own.iter().chain(fields) {
        let value = shortened(value, MOST_VALUE);
        entry.extend_from_slice(name.as_bytes());
        if value.contains('\n') {
            entry.push(b'\n');
            entry.extend_from_slice(&(value.len() as u64).to_le_bytes());
        } else {
            entry.push(b'=');
        }
        entry.extend_from_slice(value.as_bytes());
        entry.push(b'\n');
    }
    entry
}

/// A line for syslog, facility `user`. The daemon adds the time by itself.
fn line(weight: Weight, message: &str) -> String {
    let number = 8 + weight.number();
    let message: String = message
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    format!("<{number}>{IDENTIFIER}: {}", shortened(&message, MOST_LINE))
}

/// The beginning of a text, as long as it may be, at a whole character.
pub(super) fn shortened(text: &str, most: usize) -> &str {
    let end = text.floor_char_boundary(most);
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(socket: &UnixDatagram) -> Vec<u8> {
        let mut bytes = vec![0; 1 << 20];
        let length = socket.recv(&mut bytes).expect("something came");
        bytes.truncate(length);
        bytes
    }

    #[test]
    fn journald_gets_fields_and_what_has_lines_by_its_length() {
        let folder = tempfile::tempdir().expect("a folder");
        let journald = folder.path().join("journal");
        let socket = UnixDatagram::bind(&journald).expect("a socket");
        let syslog = folder.path().join("none");
        let journal = SystemLog { journald, syslog };

        assert!(journal.tell(
            Weight::Notice,
            "done",
            &[("EDR_TASK_ID", "ksc-1"), ("EDR_HOST", "a\nPRIORITY=0")]
        ));

        let entry = received(&socket);
        let start = b"PRIORITY=5\nSYSLOG_IDENTIFIER=edrctl-kuma\nMESSAGE=done\nEDR_TASK_ID=ksc-1\nEDR_HOST\n\x0c\0\0\0\0\0\0\0a\nPRIORITY=0\n";
        assert_eq!(entry, start);
    }

    #[test]
    fn a_long_value_is_shortened_at_a_whole_character() {
        let folder = tempfile::tempdir().expect("a folder");
        let journald = folder.path().join("journal");
        let socket = UnixDatagram::bind(&journald).expect("a socket");
        let journal = SystemLog {
            journald,
            syslog: folder.path().join("none"),
        };

        assert!(journal.tell(Weight::Error, &"ж".repeat(1 << 19), &[]));

        assert!(std::str::from_utf8(&received(&socket)).is_ok_and(|it| it.len() < 20_000));
    }

    #[test]
    fn syslog_is_told_in_one_line_where_there_is_no_journald() {
        let folder = tempfile::tempdir().expect("a folder");
        let syslog = folder.path().join("log");
        let socket = UnixDatagram::bind(&syslog).expect("a socket");
        let journal = SystemLog {
            journald: folder.path().join("none"),
            syslog,
        };

        assert!(journal.tell(Weight::Warning, "unknown\n<0>root: forged", &[]));

        assert_eq!(
            received(&socket),
            b"<12>edrctl-kuma: unknown <0>root: forged"
        );
        let nobody = SystemLog {
            journald: "/nowhere".into(),
            syslog: "/nowhere".into(),
        };
        assert!(!nobody.tell(Weight::Notice, "x", &[]));
    }
}
