//! The longer texts of the help.

use std::fmt::Write as _;

use crate::exit::Exit;

/// What stands in the settings, and how the program ends.
pub(super) fn settings_and_exits() -> String {
    let mut text = String::from(SETTINGS);
    text.push_str("\n\nExit numbers:\n");
    for exit in Exit::ALL {
        let _never_fails = writeln!(text, "  {}  {}", exit.number(), exit.meaning());
    }
    text.push_str("  130  interrupted while it waited; the task goes on");
    text
}

// Nothing here is wider than a terminal of 80 columns: it would be wrapped where it stands.
const SETTINGS: &str = "\
Settings:
  Profiles in a TOML file: --config, EDRCTL_CONFIG, or else
  ~/.config/edrctl/edrctl.toml or /etc/edrctl/edrctl.toml.

    profile = \"prod\"                   # where --profile names none

    [profiles.prod]
    gateway = \"https://edr-gateway.corp.example\"
    token_file = \"/run/secrets/edr\"    # or token_env = \"NAME\"
                                       # or token_command = [\"program\"]
                                       # or the section below
    ca_file = \"ca.pem\"                 # or pinned_certificate_file
                                       # or pinned_sha256, or none:
                                       # the system's authorities
    proxy = \"http://proxy:3128\"        # or \"none\", or no line:
                                       # HTTPS_PROXY and NO_PROXY
    timeout = \"40s\"                    # for an answer
    retry_for = \"90s\"                  # for what may be repeated

    [profiles.prod.oauth2]
    token_url = \"https://id.corp.example/token\"
    client_id = \"edrctl\"
    client_secret_file = \"secret\"      # or client_secret_env = \"NAME\"
    scope = \"tasks.create tasks.read\"  # if need be, and audience
    client_auth = \"basic\"              # or \"post\"

  Or from the environment, where neither a file nor a profile is named:
  EDR_GATEWAY_URL, EDR_GATEWAY_TOKEN_FILE or EDR_GATEWAY_TOKEN, and
  EDR_GATEWAY_CA_FILE. A token is never taken from the command line, which
  everybody on the machine can read.";

/// What a batch is.
pub(super) const BATCH: &str = "\
Asks for each line of a file, once.

JSON Lines: an object a line, such as {\"task\": \"isolateHost\", \"targetHost\": \"ws-042\", \"action\": \"isolate\"}, or \
in the vendor's form with \"params\". CSV: a column `task`, the others called like the fields; lists with `;` \
between, or as JSON; an empty cell is left out.

Each line has a key made of what it says, and its result is written to FILE.results.jsonl as soon as it is \
known. A second run of the same file asks again for whatever was not accepted, with the same keys, and repeats \
nothing that was. Without the file of results it is the gateway that knows the keys, for a day.";

/// What becomes of a request, for every action.
pub(super) const OF_ACTIONS: &str = "\
A key is made for each request and told, by which it can be repeated and is carried out once (--key). Without --wait \
the program ends when the gateway has accepted it, which says nothing of the device yet.";
