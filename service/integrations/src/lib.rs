//! Files by which other products ask for the gateway's actions: `deploy/integrations`.
//!
//! Made from the catalogue and from the schemas of bodies, without IO, so that an action or a field
//! of one that is new is in all of them. What is the same for every action, such as the program that
//! the responders of Cortex share, is written by hand and stands beside the module that hands it out.
//!
//! * [`File`], [`files`]: what comes of it.
//! * `offer`: what is told of an action.
//! * `ordered`: YAML for people.
//! * a module for each product.

mod bruno;
mod cortex;
mod file;
mod kestra;
mod n8n;
mod node_red;
mod offer;
mod ordered;
mod postman;
mod python;
mod readme;
mod scripts;
mod shuffle;
mod splunk_soar;
mod stackstorm;
mod tracecat;
mod xsoar;

pub use file::File;

use offer::Offer;

/// All the files.
#[must_use]
pub fn files() -> Vec<File> {
    let offers = Offer::all();
    let mut files = vec![readme::file(&offers)];
    files.extend(cortex::files(&offers));
    files.extend(xsoar::files(&offers));
    files.extend(stackstorm::files(&offers));
    files.extend(splunk_soar::files(&offers));
    files.extend(shuffle::files(&offers));
    files.extend(bruno::files(&offers));
    files.extend(kestra::files(&offers));
    files.extend(n8n::files(&offers));
    files.extend(node_red::files(&offers));
    files.extend(postman::files(&offers));
    files.extend(scripts::files(&offers));
    files.extend(tracecat::files(&offers));
    files
}
