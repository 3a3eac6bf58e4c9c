//! What the demo asks for: nine tasks on nine devices, each called by another kind of name.

use std::io::{Cursor, Write as _};

use acceptance::WS_042;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

/// A request for one task.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The task, as the vendor names it.
    pub(crate) task: &'static str,
    /// What the caller calls the host.
    pub(crate) host: &'static str,
    /// The parameters.
    pub(crate) params: Value,
    /// The state in which it should end, in this world.
    pub(crate) end: &'static str,
}

/// The nine, in the order of the vendor's page.
pub(crate) fn nine() -> Vec<Request> {
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    let request = |task, host, params| Request {
        task,
        host,
        params,
        end: "succeeded",
    };
    let file = |path: &str| json!({"md5hash": "", "sha256hash": "", "path": path});
    vec![
        request(
            "getFile",
            "ws-003.corp.example",
            file(r"C:\Windows\Temp\app.log"),
        ),
        request(
            "deleteFile",
            "WS-004",
            json!({"md5hash": md5, "sha256hash": "", "path": r"C:\Users\Public\drop.exe"}),
        ),
        Request {
            // KES refuses to touch what Windows needs: the failure and its text come from the
            // device.
            end: "failed",
            ..request(
                "quarantineFile",
                "ws-006.corp.example",
                file(r"C:\Windows\System32\lsass.exe"),
            )
        },
        Request {
            end: "warning",
            ..request(
                "iocScan",
                "10.20.30.8",
                json!({"ioc": archive(), "isolateHost": false, "scanCriticalAreas": true,
                       "quarantineObject": false}),
            )
        },
        request(
            "startProcess",
            "WS-010",
            json!({"executablePath": r"C:\Windows\System32\ipconfig.exe", "arguments": "/all"}),
        ),
        request(
            "terminateProcess",
            "БУХ-07",
            json!({"md5hash": "", "sha256hash": "", "path": r"C:\Users\Public\drop.exe",
                   "caseSensitive": false}),
        ),
        request("isolateHost", WS_042, json!({"action": 1})),
        request(
            "preventExecution",
            "SRV-FILES-2",
            json!({"hash": md5, "path": r"C:\Users\Public\drop.exe", "caseSensitive": false}),
        ),
        request(
            "onDemandScan",
            "ws-016.corp.example",
            json!([{"enabled": true, "path": r"C:\Users", "recursive": true, "type": 22}]),
        ),
    ]
}

/// A ZIP with one OpenIOC document, in base64. The simulated device finds what is called a hit.
fn archive() -> String {
    let document = r#"<?xml version="1.0" encoding="utf-8"?>
<ioc xmlns="http://schemas.mandiant.com/2010/ioc" id="6d2a1f0e-5d0f-4a6e-9a54-0c1d2e3f4a5b">
  <short_description>A dropper by its MD5</short_description>
  <definition>
    <Indicator operator="OR" id="1f0a">
      <IndicatorItem id="1f0b" condition="is">
        <Context document="FileItem" search="FileItem/Md5sum" type="mir"/>
        <Content type="md5">d41d8cd98f00b204e9800998ecf8427e</Content>
      </IndicatorItem>
    </Indicator>
  </definition>
</ioc>
"#;
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("dropper-hit.ioc", SimpleFileOptions::default())
        .expect("a good name");
    writer
        .write_all(document.as_bytes())
        .expect("memory takes it");
    STANDARD.encode(writer.finish().expect("memory takes it").into_inner())
}
