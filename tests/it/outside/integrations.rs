//! What is shipped for other products asks the gateway for what its user means, and says what came
//! of it.

mod cortex;
mod ends;
mod shipped;
mod shuffle;
mod splunk_soar;
mod stackstorm;
mod xsoar;
//! What is shipped for other products asks the gateway for what its user means, all of it and once.

mod bruno;
mod catalogue;
mod kestra;
mod n8n;
mod node_red;
mod postman;
mod scripts;
mod tracecat;
