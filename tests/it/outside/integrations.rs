//! What is shipped for other products asks the gateway for what its user means, all of it and once,
//! and says what came of it.

mod bruno;
mod catalogue;
mod cortex;
mod ends;
mod kestra;
mod mishaps;
mod n8n;
mod node_red;
mod postman;
mod scripts;
mod shipped;
mod shuffle;
mod splunk_soar;
mod stackstorm;
mod tracecat;
mod xsoar;
