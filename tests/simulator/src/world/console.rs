//! The Web Console's background service: it turns incidents into KSC tasks.
//!
//! It acts some time after an incident was stored and tells nobody. A body that it cannot use makes
//! no task. While no service console is connected incidents wait; when one comes back, they are
//! acted on, however old they are, and before those that came later.

use crate::scenario::NameSuffix;
use crate::world::agenda::Event;
use crate::world::edr_body::{self, EdrBody};
use crate::world::state::World;
use crate::world::tasks::{Run, Task};
use stage::later;
use time::OffsetDateTime;

/// KSC's limit for display names of tasks.
const NAME_LIMIT: usize = 100;

impl World {
    /// A new incident comes to the console's attention.
    pub(crate) fn announce(&mut self, incident: i64) {
        self.agenda.enter(
            later(self.now, self.knobs.console_delay),
            Event::ConsoleActs { incident },
        );
    }

    /// Connects or disconnects the service console.
    pub(crate) fn set_console(&mut self, connected: bool) {
        self.knobs.console_connected = connected;
        if connected {
            for incident in std::mem::take(&mut self.unattended) {
                self.announce(incident);
            }
        }
        self.journal.touch();
    }

    pub(crate) fn console_acts(&mut self, id: i64) {
        if !self.knobs.console_connected {
            self.unattended.push(id);
            return;
        }
        if let Some(at) = self.agenda.gets_to_those_before(id) {
            // They had to wait for the console to come back.
            self.agenda
                .enter(at.max(self.now), Event::ConsoleActs { incident: id });
            return;
        }
        let Some(incident) = self.incidents.get(id) else {
            return;
        };
        let added = incident.added;
        let Some(body) = edr_body::read(&incident.body).body else {
            return;
        };
        let Some(host) = self.host(&body.target) else {
            return;
        };
        let host = host.spec.id.clone();
        for _ in 0..self.knobs.consoles {
            self.make_task(id, added, &body, &host);
        }
    }

    /// One console makes its task of an incident.
    fn make_task(&mut self, id: i64, added: OffsetDateTime, body: &EdrBody, host: &str) {
        let task = self.take_task_id();
        let suffix = match self.knobs.name_suffix {
            NameSuffix::IncidentId => id.to_string(),
            NameSuffix::Random => (self.dice.roll() % 1_000_000_000).to_string(),
            NameSuffix::Counter(first) => (first + self.console_tasks).to_string(),
        };
        let area = if self.knobs.name_area_upper {
            body.area.to_uppercase()
        } else {
            body.area.clone()
        };
        let name = format!(
            "[Response][{area}] {} - {} - {suffix}",
            body.task,
            american(added)
        );
        self.console_tasks += 1;
        let created = self.now;
        self.add_task(Task {
            id: task,
            display_name: name.chars().take(NAME_LIMIT).collect(),
            type_name: "EdrResponse".to_owned(),
            product: "KES".to_owned(),
            version: "12.9.0.0".to_owned(),
            created,
            group: None,
            response: true,
            body: Some(body.clone()),
            runs: vec![Run::new(host)],
        });
        self.journal
            .change_incident(id, |incident| incident.ksc_task = Some(task.to_string()));
    }
}

/// `MM/DD/YYYY hh:mm:ss`, as in the fixture of `GetTask`.
fn american(moment: OffsetDateTime) -> String {
    format!(
        "{:02}/{:02}/{:04} {:02}:{:02}:{:02}",
        u8::from(moment.month()),
        moment.day(),
        moment.year(),
        moment.hour(),
        moment.minute(),
        moment.second()
    )
}
