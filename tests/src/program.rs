//! The gateway as it runs in a cluster: its own binary, in a process of its own.
//!
//! A [`crate::House`] is quicker and its clock can be stepped; this is for what only a process has:
//! signals, an exit status, a sudden death, its memory.

mod answer;
mod build;

pub use answer::{Answer, Hearer, ask, ask_into};
pub use build::built_programs;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use ksc_simulator::Simulator;
use serde_json::Value;
use tempfile::TempDir;

use crate::caller::{Caller, Reply, client};
use crate::environment::environment;
use crate::issuer::{EVERYTHING, Issuer, Token};
use crate::port;
use crate::process::{Process, Signal};
use crate::wait::eventually;

/// A standard output of which nobody hears anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// It was closed before the process began.
    Closed,
    /// A disk that is full.
    Full,
    /// A file that may not grow beyond some kilobytes.
    Limited,
}

/// A gateway in a process of its own; it ends with this value.
pub struct Program {
    binary: PathBuf,
    process: Process,
    addr: SocketAddr,
    admin_addr: SocketAddr,
    client: reqwest::Client,
    environment: Vec<(String, String)>,
    files: TempDir,
    most_files: Option<u32>,
}

impl Program {
    /// Starts one at this KSC with these settings beside those of [`environment`], and waits until
    /// it listens.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(sim: &Simulator, settings: Vec<(&'static str, String)>) -> Self {
        Self::start_with(sim, settings, &[]).await
    }

    /// As [`Program::start`], with more variables in its environment, such as `RUST_LOG`.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_with(
        sim: &Simulator,
        settings: Vec<(&'static str, String)>,
        variables: &[(&str, &str)],
    ) -> Self {
        let program = build::program().await;
        Self::launch(program, sim, settings, variables, None).await
    }

    /// As [`Program::start`], of another gateway than this tree's: what an older one did is
    /// compared with.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_other(
        program: &Path,
        sim: &Simulator,
        settings: Vec<(&'static str, String)>,
    ) -> Self {
        Self::launch(program, sim, settings, &[], None).await
    }

    /// As [`Program::start`], with at most so many files open, connections among them.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_with_few_files(
        sim: &Simulator,
        settings: Vec<(&'static str, String)>,
        files: u32,
    ) -> Self {
        let program = build::program().await;
        Self::launch(program, sim, settings, &[], Some(files)).await
    }

    async fn launch(
        program: &Path,
        sim: &Simulator,
        settings: Vec<(&'static str, String)>,
        variables: &[(&str, &str)],
        most_files: Option<u32>,
    ) -> Self {
        let files = tempfile::tempdir().expect("a folder");
        let mut environment = environment(sim, files.path(), settings);
        let more = variables.iter();
        environment.extend(more.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let (process, addr, admin_addr) = serve(program, &environment, most_files).await;
        Self {
            binary: program.to_owned(),
            process,
            most_files,
            addr,
            admin_addr,
            client: client(),
            environment,
            files,
        }
    }

    /// As [`Program::start`], with such a standard output.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_into(
        sim: &Simulator,
        mut settings: Vec<(&'static str, String)>,
        output: Output,
    ) -> Self {
        let (addr, admin_addr) = (port::free().await, port::free().await);
        settings.push(("server.listen", addr.to_string()));
        settings.push(("server.admin_listen", admin_addr.to_string()));
        let files = tempfile::tempdir().expect("a folder");
        let environment = environment(sim, files.path(), settings);
        let program = build::program().await;
        let (mut command, output) = match output {
            Output::Closed => {
                let mut command = Command::new("sh");
                command.args(["-c", "exec \"$0\" \"$@\" >&-"]).arg(program);
                (command, Stdio::null())
            }
            Output::Limited => {
                let file = files.path().join("log");
                let script = "ulimit -f 16 && exec \"$0\" \"$@\"";
                let mut command = Command::new("sh");
                command.args(["-c", script]).arg(program);
                let file = std::fs::File::create(file);
                (command, file.expect("a file").into())
            }
            Output::Full => {
                let full = std::fs::File::options().write(true).open("/dev/full");
                (Command::new(program), full.expect("a full disk").into())
            }
        };
        command
            .arg("serve")
            .env_remove("RUST_LOG")
            .envs(environment.iter().map(|(key, value)| (key, value)));
        let it = Self {
            binary: program.to_owned(),
            process: Process::start_into("edr-gateway", &mut command, output),
            addr,
            admin_addr,
            client: client(),
            environment,
            files,
            most_files: None,
        };
        eventually("the gateway lives", || async {
            let asked = it.client.get(format!("http://{admin_addr}/health/live"));
            asked.send().await.ok()
        })
        .await;
        it
    }

    /// Starts it again, after it has ended, with the settings and files from before; its addresses
    /// are new.
    ///
    /// # Panics
    /// When it has not ended, or does not start.
    pub async fn start_again(&mut self) {
        assert!(self.process.ended().is_some(), "it still runs");
        (self.process, self.addr, self.admin_addr) =
            serve(&self.binary, &self.environment, self.most_files).await;
        // Connections to the process from before must not be found in a pool.
        self.client = client();
    }

    /// Address of the API.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Address of metrics and health.
    #[must_use]
    pub fn admin_addr(&self) -> SocketAddr {
        self.admin_addr
    }

    /// Number of the process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Files of the gateway: `password`, `keys.json`.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    /// A caller with a good token that carries these scopes.
    #[must_use]
    pub fn caller(&self, scopes: &str) -> Caller {
        let token = Issuer::shared().sign(&Token::of("soar", scopes));
        Caller::new(self.client.clone(), self.addr, Some(token))
    }

    /// A caller with this token.
    #[must_use]
    pub fn caller_with(&self, token: &str) -> Caller {
        Caller::new(self.client.clone(), self.addr, Some(token.to_owned()))
    }

    /// A caller without a token.
    #[must_use]
    pub fn stranger(&self) -> Caller {
        Caller::new(self.client.clone(), self.addr, None)
    }

    /// A caller that may do everything.
    #[must_use]
    pub fn soar(&self) -> Caller {
        self.caller(EVERYTHING)
    }

    /// GET on the admin listener.
    pub async fn admin(&self, path: &str) -> Reply {
        Reply::of(self.client.get(format!("http://{}{path}", self.admin_addr))).await
    }

    /// Waits until it is ready.
    pub async fn until_ready(&self) {
        eventually("the gateway is ready", || async {
            (self.admin("/health/ready").await.status == 200).then_some(())
        })
        .await;
    }

    /// Every line that it has logged.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.process.said()
    }

    /// How it ended, when it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.ended()
    }

    /// Asks it to end, as Kubernetes does; [`Program::end`] waits for it.
    pub fn ask_to_end(&self) {
        self.process.signal(Signal::Terminate);
    }

    /// Waits until it has ended.
    pub async fn end(&mut self) -> ExitStatus {
        self.process.end().await
    }

    /// Asks it to end, and waits until it has.
    pub async fn terminate(&mut self) -> ExitStatus {
        self.ask_to_end();
        self.end().await
    }

    /// Ends it where it stands, as a node that dies does.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Sends it a signal, by its name without `SIG` or by its number.
    pub fn signal(&self, name: &'static str) {
        self.process.signal(Signal::Named(name));
    }

    /// Reads its log no longer, until [`Program::read_on`].
    pub fn stop_reading(&self) {
        self.process.stop_reading();
    }

    /// Reads its log again.
    pub fn read_on(&self) {
        self.process.read_on();
    }

    /// Closes the other end of its log, when it has said one line more.
    pub fn hang_up(&self) {
        self.process.hang_up();
    }

    /// Lets it stand still, as a node without a free CPU does.
    pub fn freeze(&self) {
        self.process.signal(Signal::Stop);
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.process.signal(Signal::Continue);
    }

    /// Memory that it has in RAM, in KiB; nothing when it has ended.
    #[must_use]
    pub fn resident_kib(&self) -> Option<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.id())).ok()?;
        let line = text.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse().ok()
    }

    /// The processor's time that its threads have taken; nothing when it has ended.
    #[must_use]
    pub fn processor_time(&self) -> Option<Duration> {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.id())).ok()?;
        let taken = threads.filter_map(|it| {
            let text = std::fs::read_to_string(it.ok()?.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        });
        Some(Duration::from_nanos(taken.sum()))
    }
}

/// Runs the gateway's binary with these arguments and variables until it ends, or is asked to
/// because it serves; gives all that it has said.
///
/// # Panics
/// When it cannot be run, or does not end.
pub async fn run(arguments: &[&str], environment: &[(String, String)]) -> String {
    let mut command = Command::new(build::program().await);
    command
        .args(arguments)
        .env_remove("RUST_LOG")
        .envs(environment.iter().map(|(key, value)| (key, value)));
    let mut process = Process::start("edr-gateway", &mut command);
    eventually("it ends, or serves", || {
        let serves = process.said().iter().any(|it| it.contains("listening"));
        std::future::ready((serves || process.ended().is_some()).then_some(()))
    })
    .await;
    process.signal(Signal::Terminate);
    process.end().await;
    process.all_said().await.join("\n")
}

/// Starts the process and waits until it says where it listens.
async fn serve(
    program: &Path,
    environment: &[(String, String)],
    most_files: Option<u32>,
) -> (Process, SocketAddr, SocketAddr) {
    let mut command = match most_files {
        None => Command::new(program),
        Some(most) => {
            let script = format!("ulimit -n {most} && exec \"$0\" \"$@\"");
            let mut command = Command::new("sh");
            command.args(["-c", &script]).arg(program);
            command
        }
    };
    command
        .arg("serve")
        // The level that it has in a cluster, whatever this shell prefers.
        .env_remove("RUST_LOG")
        .envs(environment.iter().map(|(key, value)| (key, value)));
    let mut process = Process::start("edr-gateway", &mut command);
    let mut seen = 0;
    let listening = eventually("the gateway listens", || {
        let ended = process.ended();
        assert!(ended.is_none(), "the gateway ended at once: {ended:?}");
        let said = process.said();
        let line = said[seen..].iter().find_map(|it| {
            serde_json::from_str::<Value>(it)
                .ok()
                .filter(|it| it["message"] == "listening")
        });
        seen = said.len();
        std::future::ready(line)
    })
    .await;
    let address = |name: &str| {
        let text = listening[name].as_str().expect("it says where it listens");
        text.parse().expect("an address")
    };
    let (addr, admin_addr) = (address("listen.api"), address("listen.admin"));
    (process, addr, admin_addr)
}
