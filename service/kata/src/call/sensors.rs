//! `sensors`: the hosts that this Central Node knows.
//!
//! There is no paging: without a filter all of them come at once, so that the list is read row by
//! row while it comes, and a row takes no more room than what is kept of it.

use std::fmt;
use std::io::{BufReader, Read};
use std::net::IpAddr;

use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::method::{Call, CallName};
use super::request::{Dialect, Method, Request};
use crate::answer::Answer;
use crate::moment::Moment;
use crate::sensor_id::SensorId;
use crate::verdict::Verdict;

/// Lists hosts: all of them, or those that every given filter fits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListSensors {
    /// By id.
    pub id: Option<SensorId>,
    /// By address. Several hosts may have the same.
    pub ip: Option<IpAddr>,
    /// By name, of which the case counts.
    pub host: Option<String>,
}

/// The hosts that were found; none when the server knows none like that.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sensors {
    /// `server.version`: the version of the Central Node.
    pub server_version: Option<String>,
    /// One for each row with an id.
    pub hosts: Vec<Sensor>,
    /// Rows without a usable id, which nothing can be done with.
    pub odd: usize,
}

/// A host, as it was told.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensor {
    /// `sensorId`.
    pub id: SensorId,
    /// `hostIp`.
    pub ip: Option<String>,
    /// A name, if there is a member that looks like one: the documentation at hand ends before it.
    pub name: Option<String>,
    /// `lastAccessTimestamp`.
    pub last_access: Moment,
    /// `version`, of the agent.
    pub version: Option<String>,
    /// `selfDefenseState`.
    pub self_defence: Option<bool>,
    /// `licenseStatus`, as it stands there.
    pub licence_status: Option<String>,
    /// `osFamily`, as it stands there.
    pub os_family: Option<String>,
    /// `osName`, as it stands there.
    pub os_name: Option<String>,
    /// `capabilities`, as they stand there.
    pub capabilities: Option<Vec<Value>>,
    /// Every other member.
    pub others: Map<String, Value>,
}

/// A kind of operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OsFamily {
    /// Windows.
    Windows,
    /// Linux.
    Linux,
}

/// What a member with the host's name might be called.
const NAMES: [&str; 5] = ["hostName", "hostname", "host", "name", "computerName"];

impl Sensor {
    fn of(value: Value) -> Option<Self> {
        let Value::Object(mut members) = value else {
            return None;
        };
        let id = members.get("sensorId")?.as_str()?;
        let id = SensorId::new(id).ok()?;
        members.remove("sensorId");
        let name = NAMES
            .iter()
            .filter_map(|it| members.get(*it)?.as_str())
            .find(|it| !it.is_empty())
            .map(str::to_owned);
        let last_access = members.remove("lastAccessTimestamp");
        // What is of another type than expected stays with the rest.
        let mut text = |name: &str| {
            let value = members.remove(name).filter(|it| !it.is_null())?;
            if let Value::String(text) = value {
                return Some(text);
            }
            members.insert(name.to_owned(), value);
            None
        };
        let (ip, version) = (text("hostIp"), text("version"));
        let (os_family, os_name) = (text("osFamily"), text("osName"));
        let licence_status = text("licenseStatus");
        let self_defence = members.get("selfDefenseState").and_then(Value::as_bool);
        if self_defence.is_some() {
            members.remove("selfDefenseState");
        }
        let capabilities = match members.remove("capabilities") {
            Some(Value::Array(all)) => Some(all),
            None | Some(Value::Null) => None,
            Some(other) => {
                members.insert("capabilities".to_owned(), other);
                None
            }
        };
        Some(Self {
            id,
            ip,
            name,
            last_access: Moment::read(last_access.as_ref()),
            version,
            self_defence,
            licence_status,
            os_family,
            os_name,
            capabilities,
            others: members,
        })
    }

    /// Windows or Linux, by what the words contain.
    #[must_use]
    pub fn os(&self) -> Option<OsFamily> {
        let words = [&self.os_family, &self.os_name];
        let says = |it: &str| {
            let contains = |word: &Option<String>| {
                word.as_ref()
                    .is_some_and(|word| word.to_ascii_lowercase().contains(it))
            };
            words.into_iter().any(contains)
        };
        match (says("windows"), says("linux")) {
            (true, false) => Some(OsFamily::Windows),
            (false, true) => Some(OsFamily::Linux),
            (true, true) | (false, false) => None,
        }
    }
}

impl Call for ListSensors {
    const NAME: CallName = CallName::ListSensors;
    /// More than a hundred thousand hosts.
    const LARGEST_ANSWER: usize = 64 * 1024 * 1024;
    const STREAMED: bool = true;
    type Found = Sensors;
    type Look = Self;

    fn request(&self, _: &Dialect) -> Request {
        let mut request = Request::new(Method::Get, "sensors");
        if let Some(ip) = self.ip {
            request = request.with("ip", ip.to_string());
        }
        if let Some(host) = &self.host {
            request = request.with("host", host);
        }
        if let Some(id) = &self.id {
            request = request.with("sensor_id", id.as_str());
        }
        request
    }

    fn read(&self, answer: &Answer) -> Verdict<Sensors> {
        match answer.status {
            200 => self.read_stream(&mut answer.body.as_slice()),
            // Whether a filter that fits nobody is an empty list or this, is documented nowhere.
            404 => Verdict::Found(Sensors::default()),
            _ => answer.usual_where_swapped(),
        }
    }

    fn read_stream(&self, body: &mut dyn Read) -> Verdict<Sensors> {
        match read_list(body) {
            Ok(sensors) => Verdict::Found(sensors),
            Err(_) => Verdict::Unreadable,
        }
    }
}

fn read_list(body: &mut dyn Read) -> Result<Sensors, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_reader(BufReader::new(body));
    let sensors = reader.deserialize_any(Whole)?;
    reader.end()?;
    Ok(sensors)
}

/// The whole answer: an object with `sensors`, or the rows by themselves.
struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = Sensors;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of sensors")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, rows: A) -> Result<Sensors, A::Error> {
        Rows.visit_seq(rows)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Sensors, A::Error> {
        let mut list = None;
        let mut version = None;
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "sensors" if list.is_some() => return Err(A::Error::duplicate_field("sensors")),
                "sensors" => list = Some(members.next_value_seed(Rows)?),
                "server" => {
                    let server: Value = members.next_value()?;
                    let said = server.get("version").and_then(Value::as_str);
                    version = said.map(str::to_owned);
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        let list = list.ok_or_else(|| A::Error::missing_field("sensors"))?;
        Ok(Sensors {
            server_version: version,
            ..list
        })
    }
}

/// The rows, one after the other.
struct Rows;

impl<'de> serde::de::DeserializeSeed<'de> for Rows {
    type Value = Sensors;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Sensors, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows {
    type Value = Sensors;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows of sensors")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Sensors, A::Error> {
        let mut list = Sensors::default();
        while let Some(row) = rows.next_element::<Value>()? {
            match Sensor::of(row) {
                Some(sensor) => list.hosts.push(sensor),
                None => list.odd += 1,
            }
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sensor(more: &Value) -> Sensor {
        let mut row = json!({"sensorId": "0B6E"});
        for (name, value) in more.as_object().unwrap() {
            row[name] = value.clone();
        }
        Sensor::of(row).unwrap()
    }

    #[test]
    fn a_member_of_another_type_costs_itself_and_no_more() {
        let odd = sensor(
            &json!({"hostIp": ["192.0.2.1"], "version": 12, "selfDefenseState": "on",
            "capabilities": "isolation", "osName": null, "lastAccessTimestamp": {}}),
        );

        assert_eq!(
            (odd.ip.clone(), odd.version.clone(), odd.os_name.clone()),
            (None, None, None)
        );
        assert_eq!((odd.self_defence, odd.capabilities.clone()), (None, None));
        assert_eq!(odd.last_access, Moment::Unread(json!({})));
        assert_eq!(
            Value::Object(odd.others),
            json!({"hostIp": ["192.0.2.1"], "version": 12, "selfDefenseState": "on",
                   "capabilities": "isolation"})
        );
    }

    #[test]
    fn the_kind_of_system_is_what_both_words_agree_on() {
        let os =
            |family: &str, name: &str| sensor(&json!({"osFamily": family, "osName": name})).os();

        assert_eq!(os("linux", "Ubuntu 24.04"), Some(OsFamily::Linux));
        assert_eq!(os("", "Microsoft Windows 11"), Some(OsFamily::Windows));
        assert_eq!(os("WINDOWS", ""), Some(OsFamily::Windows));
        assert_eq!(os("Windows", "Astra Linux"), None);
        assert_eq!(os("macos", ""), None);
    }

    #[test]
    fn a_name_is_found_where_one_might_be() {
        assert_eq!(
            sensor(&json!({"hostName": "WS-042"})).name.as_deref(),
            Some("WS-042")
        );
        assert_eq!(
            sensor(&json!({"hostName": "", "host": "a"}))
                .name
                .as_deref(),
            Some("a")
        );
        assert_eq!(sensor(&json!({})).name, None);
    }

    #[test]
    fn rows_without_an_id_are_counted_and_other_forms_are_no_list() {
        let read = |body: Value| read_list(&mut body.to_string().as_bytes());
        let rows = json!([{"sensorId": "a"}, {"hostIp": "192.0.2.1"}, null, {"sensorId": "all"}]);

        for body in [rows.clone(), json!({"new": [1], "sensors": rows})] {
            let list = read(body).unwrap();
            assert_eq!((list.hosts.len(), list.odd), (1, 3));
        }
        for odd in [
            json!(null),
            json!({}),
            json!(""),
            json!({"sensors": null}),
            json!({"sensors": {}}),
            json!({"error": "Not Found"}),
            json!({"data": []}),
        ] {
            assert!(read(odd.clone()).is_err(), "{odd}");
        }
        for odd in [
            "",
            "[",
            r#"{"sensors":[]"#,
            r#"{"sensors":[]} {}"#,
            r#"{"sensors":[],"sensors":[]}"#,
        ] {
            assert!(read_list(&mut odd.as_bytes()).is_err(), "{odd}");
        }
    }
}
