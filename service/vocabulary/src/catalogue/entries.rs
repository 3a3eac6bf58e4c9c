//! The table.
//!
//! D3FEND: network isolation and executable denylisting as d3fend.mitre.org has them, content
//! quarantine as the nearest of what the vendor calls Quarantine; file eviction, process termination
//! and file analysis by their names there. OCSF 1.8, category 7 (remediation): 7001 remediation, 7002
//! of a file, 7003 of a process; activities 1 isolate, 2 evict, 3 restore, 4 harden, 5 detect.
//! Isolation is 7001, because 7004 (network) asks for a connection.

use super::entry::{Category, Entry, Impact};
use crate::task::Action;

/// The entry of an action.
#[must_use]
pub const fn entry(action: Action) -> &'static Entry {
    match action {
        Action::IsolateHost => &ISOLATE_HOST,
        Action::ReleaseHost => &RELEASE_HOST,
        Action::TerminateProcess => &TERMINATE_PROCESS,
        Action::QuarantineFile => &QUARANTINE_FILE,
        Action::DeleteFile => &DELETE_FILE,
        Action::GetFile => &GET_FILE,
        Action::PreventExecution => &PREVENT_EXECUTION,
        Action::AllowExecution => &ALLOW_EXECUTION,
        Action::StartProcess => &START_PROCESS,
        Action::IocScan => &IOC_SCAN,
        Action::OnDemandScan => &ON_DEMAND_SCAN,
    }
}

/// What KSC's word of success never says.
const OF_KSC: &str =
    "That the device is clean, or that nothing has happened between the request and its end.";

const NO_CRITICAL_FILE: &str = "The file is none that Windows or KES needs: KES refuses those.";

static ISOLATE_HOST: Entry = Entry {
    title: "Isolate a host",
    summary: "Cuts a device off from the network, but for the security software's own connections; or lets it in again.",
    note: "At KSC, how long isolation lasts and what it lets through come from the device's policy; at KATA, from the request.",
    category: Category::Contain,
    impact: Impact::High,
    undo: Some(Action::ReleaseHost),
    reversible: true,
    undo_how: "releaseHost; it also ends by itself, after what the device's policy or the request says.",
    idempotent: true,
    unchecked: &[
        "What the policy's exclusions let through.",
        "Whether the device reaches the network through a VPN that isolation cuts.",
    ],
    proves: "The device has reported that isolation is on; `confirmation` adds what its tag says, where it says so.",
    does_not_prove: "That it still is: it ends by itself, and an administrator can end it.",
    d3fend: &["D3-NI"],
    ocsf: (7001, 1),
};

static RELEASE_HOST: Entry = Entry {
    title: "Release a host",
    summary: "Lets an isolated device into the network again.",
    note: "The same as `isolateHost` with the action `release`.",
    category: Category::Restore,
    impact: Impact::Medium,
    undo: Some(Action::IsolateHost),
    reversible: true,
    undo_how: "isolateHost.",
    idempotent: true,
    unchecked: &["Whether an isolation that was asked for elsewhere comes after it."],
    proves: "The device has reported that isolation is off; `confirmation` adds what its tag says, where it says so.",
    does_not_prove: "That the device is clean.",
    d3fend: &[],
    ocsf: (7001, 3),
};

static TERMINATE_PROCESS: Entry = Entry {
    title: "Terminate a process",
    summary: "Ends every process of a device that runs this file.",
    note: "With a hash only processes of that very file end.",
    category: Category::Evict,
    impact: Impact::Medium,
    undo: None,
    reversible: false,
    undo_how: "What was not saved is lost; the program can be started again.",
    idempotent: true,
    unchecked: &[
        "Whether such a process runs.",
        "Whether something starts it again.",
    ],
    proves: "KES has looked for the processes and ended those that it found.",
    does_not_prove: "That there was one, or that none has been started since.",
    d3fend: &["D3-PT"],
    ocsf: (7003, 2),
};

static QUARANTINE_FILE: Entry = Entry {
    title: "Quarantine a file",
    summary: "Moves a file of a device to its Quarantine, where it cannot run.",
    note: "At most 100 MB, and no file that Windows or KES needs.",
    category: Category::Evict,
    impact: Impact::Medium,
    undo: None,
    reversible: true,
    undo_how: "By an administrator, from Quarantine in the KSC console; no action does it.",
    idempotent: true,
    unchecked: &["The file has at most 100 MB.", NO_CRITICAL_FILE],
    proves: "KES has moved the file.",
    does_not_prove: "That there is no other copy, or that its process has ended.",
    d3fend: &["D3-CQ", "D3-FEV"],
    ocsf: (7002, 2),
};

static DELETE_FILE: Entry = Entry {
    title: "Delete a file",
    summary: "Deletes a file of a device. No copy is kept.",
    note: "quarantineFile keeps one. KES refuses files that Windows or KES needs.",
    category: Category::Evict,
    impact: Impact::High,
    undo: None,
    reversible: false,
    undo_how: "No copy is kept.",
    idempotent: true,
    unchecked: &[NO_CRITICAL_FILE],
    proves: "KES has deleted what it found at the path, with the hash where one was given.",
    does_not_prove: "That there is no other copy, or that its process has ended.",
    d3fend: &["D3-FEV"],
    ocsf: (7002, 2),
};

static GET_FILE: Entry = Entry {
    title: "Get a file",
    summary: "Puts a copy of a file into the device's Quarantine, from where the KSC console fetches it.",
    note: "KSC's interface has no documented way to fetch it from there.",
    category: Category::Collect,
    impact: Impact::Low,
    undo: None,
    reversible: true,
    undo_how: "By an administrator, who deletes the copy from Quarantine.",
    idempotent: true,
    unchecked: &["Whether Quarantine has room for it."],
    proves: "The copy is in Quarantine.",
    does_not_prove: "That anybody has fetched it.",
    d3fend: &[],
    ocsf: (7002, 5),
};

static PREVENT_EXECUTION: Entry = Entry {
    title: "Prevent a file from running",
    summary: "Keeps a file from running on a device, or from being opened.",
    note: "KSC goes by an MD5, KATA by an MD5 or a SHA-256. At KSC no action takes the rule away again.",
    category: Category::Harden,
    impact: Impact::Medium,
    undo: Some(Action::AllowExecution),
    reversible: true,
    undo_how: "allowExecution, at KATA; at KSC by an administrator, in the device's policy.",
    idempotent: true,
    unchecked: &[
        "Execution prevention is on in the device's policy, and blocks rather than logs.",
        NO_CRITICAL_FILE,
    ],
    proves: "The rule has reached the device.",
    does_not_prove: "That it blocks: the policy may have Execution prevention off, or only log.",
    d3fend: &["D3-EDL"],
    ocsf: (7001, 4),
};

static ALLOW_EXECUTION: Entry = Entry {
    title: "Let a file run again",
    summary: "Takes one rule of a device away that keeps a file from running, and no other.",
    note: "At KATA alone: KSC has no such task.",
    category: Category::Restore,
    impact: Impact::Medium,
    undo: Some(Action::PreventExecution),
    reversible: true,
    undo_how: "preventExecution.",
    idempotent: true,
    unchecked: &["Whether another rule, of all hosts or of the policy, still stands."],
    proves: "The rule is gone from the Central Node.",
    does_not_prove: "That the device has heard of it.",
    d3fend: &[],
    ocsf: (7001, 3),
};

static START_PROCESS: Entry = Entry {
    title: "Start a process",
    summary: "Starts a program on a device with the rights of the system.",
    note: "As SYSTEM or as root. Its output is not brought back.",
    category: Category::Collect,
    impact: Impact::High,
    undo: None,
    reversible: false,
    undo_how: "What a program has done nobody can undo from here.",
    idempotent: false,
    unchecked: &["The program is there, and does what its name says."],
    proves: "The program was started.",
    does_not_prove: "What it did, or that it ended well.",
    d3fend: &[],
    ocsf: (7003, 0),
};

static IOC_SCAN: Entry = Entry {
    title: "Scan for indicators of compromise",
    summary: "Looks on a device for what OpenIOC documents describe, and does on a hit what the request says.",
    note: "A ZIP archive of OpenIOC documents in base64: 2 MB each, 10 MB in all.",
    category: Category::Scan,
    impact: Impact::Low,
    undo: None,
    reversible: true,
    undo_how: "A scan changes nothing; what it did on a hit is undone as if it had been asked for alone.",
    idempotent: true,
    unchecked: &["KES knows every term of the documents: what it does not know never matches."],
    proves: "The scan has ended. Whether there was a hit stands in `execution.description`, as KES writes it.",
    does_not_prove: OF_KSC,
    d3fend: &["D3-FA"],
    ocsf: (7001, 5),
};

static ON_DEMAND_SCAN: Entry = Entry {
    title: "Scan for malware",
    summary: "Scans places of a device for malware.",
    note: "Places by their names, folders by their paths.",
    category: Category::Scan,
    impact: Impact::Low,
    undo: None,
    reversible: true,
    undo_how: "A scan changes nothing; what the device's settings do on a hit is undone there.",
    idempotent: true,
    unchecked: &["What the device's settings do on a hit."],
    proves: "The scan has ended.",
    does_not_prove: OF_KSC,
    d3fend: &["D3-FA"],
    ocsf: (7001, 5),
};
