//! Commands to a Redis as its protocol writes them, and what comes back.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// One that stands still does not keep the test.
const PATIENCE: Duration = Duration::from_secs(2);

/// Says these commands, one after the other, over one connection. What comes back to the last one:
/// its texts and numbers in their order, an error with its `-`; nothing when there is no answer.
pub(super) async fn say(addr: SocketAddr, commands: &[&[&str]]) -> Option<Vec<String>> {
    let saying = async {
        let mut stream = BufReader::new(TcpStream::connect(addr).await.ok()?);
        let mut answer = None;
        for command in commands {
            stream.write_all(written(command).as_bytes()).await.ok()?;
            answer = Some(heard(&mut stream).await?);
        }
        answer
    };
    tokio::time::timeout(PATIENCE, saying).await.ok()?
}

/// A command.
pub(super) fn written(command: &[&str]) -> String {
    use std::fmt::Write as _;
    let mut text = format!("*{}\r\n", command.len());
    for part in command {
        write!(text, "${}\r\n{part}\r\n", part.len()).expect("a text takes everything");
    }
    text
}

async fn heard(stream: &mut BufReader<TcpStream>) -> Option<Vec<String>> {
    let (mut parts, mut left) = (Vec::new(), 1_usize);
    while left > 0 {
        left -= 1;
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let line = line.trim_end();
        let count = line.get(1..)?.parse::<usize>();
        match (line.as_bytes().first()?, count) {
            (b'*', Ok(count)) => left += count,
            (b'$', Ok(length)) => {
                let mut text = vec![0; length + 2];
                stream.read_exact(&mut text).await.ok()?;
                text.truncate(length);
                parts.push(String::from_utf8_lossy(&text).into_owned());
            }
            // There is none.
            (b'*' | b'$', Err(_)) => parts.push(String::new()),
            (b'-', _) => parts.push(line.to_owned()),
            _ => parts.push(line.get(1..)?.to_owned()),
        }
    }
    Some(parts)
}
