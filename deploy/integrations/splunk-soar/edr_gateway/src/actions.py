"""What is told of each action."""

ACTIONS = {
  "allowExecution": {
    "fields": {
      "area": {
        "kind": "text",
        "purpose": "The application that asks. KSC shows it in the name of its task.",
        "words": []
      },
      "backend": {
        "kind": "text",
        "purpose": "The alias of a back end, as `GET /v1/backends` lists them.",
        "words": []
      },
      "comment": {
        "kind": "text",
        "purpose": "Why it is asked for. Whoever reads the task, and the audit log, sees it.",
        "words": []
      },
      "externalId": {
        "kind": "text",
        "purpose": "Your reference, such as a case. The task shows it, and tasks are found by it.",
        "words": []
      },
      "hash": {
        "kind": "text",
        "purpose": "MD5 or SHA-256 of the file: the one that the rule has.",
        "words": []
      },
      "severity": {
        "kind": "word",
        "purpose": "How much the incident matters in KSC; `warning` when it is absent. (information, warning, critical)",
        "words": [
          "information",
          "warning",
          "critical"
        ]
      },
      "targetHost": {
        "kind": "text",
        "purpose": "The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.",
        "words": []
      }
    },
    "name": "allow execution",
    "required": [
      "targetHost",
      "hash"
    ],
    "summary": "Takes one rule of a device away that keeps a file from running, and no other.",
    "title": "Let a file run again",
    "type": "correct"
  },
  "deleteFile": {
    "fields": {
      "area": {
        "kind": "text",
        "purpose": "The application that asks. KSC shows it in the name of its task.",
        "words": []
      },
      "backend": {
        "kind": "text",
        "purpose": "The alias of a back end, as `GET /v1/backends` lists them.",
        "words": []
      },
      "comment": {
        "kind": "text",
        "purpose": "Why it is asked for. Whoever reads the task, and the audit log, sees it.",
        "words": []
      },
      "externalId": {
        "kind": "text",
        "purpose": "Your reference, such as a case. The task shows it, and tasks are found by it.",
        "words": []
      },
      "hash": {
        "kind": "text",
        "purpose": "MD5 or SHA-256 of the file; whatever is at the path when it is absent.",
        "words": []
      },
      "path": {
        "kind": "text",
        "purpose": "Path of the file.",
        "words": []
      },
      "searchInSubfolders": {
        "kind": "flag",
        "purpose": "Look for the file in subfolders too. The vendor's default when it is absent. (true or false)",
        "words": []
      },
      "severity": {
        "kind": "word",
        "purpose": "How much the incident matters in KSC; `warning` when it is absent. (information, warning, critical)",
        "words": [
          "information",
          "warning",
          "critical"
        ]
      },
      "targetHost": {
        "kind": "text",
        "purpose": "The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.",
        "words": []
      }
    },
    "name": "delete file",
    "required": [
      "targetHost",
      "path"
    ],
    "summary": "Deletes a file of a device. No copy is kept.",
    "title": "Delete a file",
    "type": "correct"
  },
  "getFile": {
    "fields": {
      "area": {
        "kind": "text",
        "purpose": "The application that asks. KSC shows it in the name of its task.",
        "words": []
      },
      "backend": {
        "kind": "text",
        "purpose": "The alias of a back end, as `GET /v1/backends` lists them.",
        "words": []
      },
      "comment": {
        "kind": "text",
        "purpose": "Why it is asked for. Whoever reads the task, and the audit log, sees it.",
        "words": []
      },
      "externalId": {
        "kind": "text",
        "purpose": "Your reference, such as a case. The task shows it, and tasks are found by it.",
        "words": []
      },
      "hash": {
        "kind": "text",
        "purpose": "MD5 or SHA-256 of the file; whatever is at the path when it is absent.",
        "words": []
      },
      "path": {
        "kind": "text",
        "purpose": "Path of the file.",
        "words": []
      },
      "severity": {
        "kind": "word",
        "purpose": "How much the incident matters in KSC; `warning` when it is absent. (information, warning, critical)",
        "words": [
          "information",
          "warning",
          "critical"
        ]
      },
      "targetHost": {
        "kind": "text",
        "purpose": "The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.",
        "words": []
      }
    },
    "name": "get file",
    "required": [
      "targetHost",
      "path"
    ],
    "summary": "Puts a copy of a file into the device's Quarantine, from where the KSC console fetches it.",
    "title": "Get a file",
    "type": "investigate"
  },
  "iocScan": {
    "fields": {
      "area": {
        "kind": "text",
        "purpose": "The application that asks. KSC shows it in the name of its task.",
        "words": []
      },
      "backend": {
        "kind": "text",
        "purpose": "The alias of a back end, as `GET /v1/backends` lists them.",
        "words": []
      },
      "comment": {
        "kind": "text",
        "purpose": "Why it is asked for. Whoever reads the task, and the audit log, sees it.",
        "words": []
      },
      "externalId": {
        "kind": "text",
        "purpose": "Your reference, such as a case. The task shows it, and tasks are found by it.",
        "words": []
      },
      "ioc": {
        "kind": "text",
        "purpose": "A ZIP archive of OpenIOC 1.0 or 1.1 documents (`.ioc`, `.xml`) in base64: at most 2 MB a document and 10 MB in all, ids unique.",
        "words": []
      },
      "isolateHost": {
        "kind": "flag",
        "purpose": "Isolate the host on a hit. (true or false)",
        "words": []
      },
      "quarantineObject": {
        "kind": "flag",
        "purpose": "Delete the object on a hit, with a copy in Quarantine. (true or false)",
        "words": []
      },
      "scanCriticalAreas": {
        "kind": "flag",
        "purpose": "Scan critical areas on a hit. (true or false)",
        "words": []
      },
      "severity": {
        "kind": "word",
        "purpose": "How much the incident matters in KSC; `warning` when it is absent. (information, warning, critical)",
        "words": [
          "information",
          "warning",
          "critical"
        ]
      },
      "targetHost": {
        "kind": "text",
        "purpose": "The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.",
        "words": []
      }
    },
    "name": "ioc scan",
    "required": [
      "targetHost",
      "ioc"
    ],
    "summary": "Looks on a device for what OpenIOC documents describe, and does on a hit what the request says.",
    "title": "Scan for indicators of compromise",
    "type": "investigate"
  },
  "isolateHost": {
    "fields": {
      "action": {
        "kind": "word",
        "preset": "isolate",
        "purpose": "`isolate` cuts the host off, `release` lets it in again. (isolate, release)",
        "words": [
          "isolate",
          "release"
        ]
      },
      "area": {
        "kind": "text",
        "purpose": "The application that asks. KSC shows it in the name of its task.",
        "words": []
      },
      "backend": {
        "kind": "text",
        "purpose": "The alias of a back end, as `GET /v1/backends` lists them.",
        "words": []
      },
      "comment": {
        "kind": "text",
        "purpose": "Why it is asked for. Whoever reads the task, and the audit log, sees it.",
        "words": []
      },
      "durationSeconds": {
        "kind": "number",
        "purpose": "For how long; the back end's own time when it is absent. Only for isolation, and not at KSC.",
        "words": []
      },
      "exclusionPresets": {
        "kind": "texts",
        "purpose": "More that is let through, by the names that the gateway's operator has given it; those that he lets through by himself when it is absent, none of them when it is empty. Only for isolation, and not at KSC.",
        "words": []
      },
      "exclusions": {
        "kind": "objects",
        "purpose": "What is let through. Only for isolation, and not at KSC. (a list as JSON)",
        "words": []
      },
      "externalId": {
        "kind": "text",
        "purpose": "Your reference, such as a case. The task shows it, and tasks are found by it.",
        "words": []
      },
      "severity": {
        "kind": "word",
        "purpose": "How much the incident matters in KSC; `warning` when it is absent. (information, warning, critical)",
        "words": [
          "information",
          "warning",
          "critical"
        ]
      },
      "targetHost": {
        "kind": "text",
        "purpose": "The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.",
        "words": []
      }
    },
    "name": "isolate host",
    "required": [
      "targetHost",
      "action"
    ],
    "summary": "Cuts a device off from the network, but for the security software's own connections; or lets it in again.",
    "title": "Isolate a host",
    "type": "contain"
  },
  "onDemandScan": {
    "fields": {
      "area": {
        "kind": "text",
        "purpose": "The application that asks. KSC shows it in the name of its task.",
        "words": []
      },
      "backend": {
        "kind": "text",
        "purpose": "The alias of a back end, as `GET /v1/backends` lists them.",
        "words": []
      },
      "comment": {
        "kind": "text",
        "purpose": "Why it is asked for. Whoever reads the task, and the audit log, sees it.",
        "words": []
      },
      "externalId": {
        "kind": "text",
        "purpose": "Your reference, such as a case. The task shows it, and tasks are found by it.",
        "words": []
      },
      "folders": {
        "kind": "texts",
        "purpose": "Folders by their paths.",
        "words": []
      },
      "recursive": {
        "kind": "flag",
        "purpose": "Whether subfolders are scanned too; they are when it is absent. (true or false)",
        "words": []
      },
      "scanAreas": {
        "kind": "words",
        "purpose": "Places by their names. Either these or folders are needed, or both. (systemMemory, startupObjectsAndRunningProcesses, diskBootSectors, systemBackupStorage, email, allRemovableDrives, allNetworkDrives, allFixedDrives)",
        "words": [
          "systemMemory",
          "startupObjectsAndRunningProcesses",
          "diskBootSectors",
          "systemBackupStorage",
          "email",
          "allRemovableDrives",
          "allNetworkDrives",
          "allFixedDrives"
        ]
      },
      "severity": {
        "kind": "word",
        "purpose": "How much the incident matters in KSC; `warning` when it is absent. (information, warning, critical)",
        "words": [
          "information",
          "warning",
          "critical"
        ]
      },
      "targetHost": {
        "kind": "text",
        "purpose": "The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.",
        "words": []
      }
    },
    "name": "on demand scan",
    "required": [
      "targetHost"
    ],
    "summary": "Scans places of a device for malware.",
    "title": "Scan for malware",
    "type": "investigate"
  },
  "preventExecution": {
    "fields": {
      "area": {
        "kind": "text",
        "purpose": "The application that asks. KSC shows it in the name of its task.",
        "words": []
      },
      "backend": {
        "kind": "text",
        "purpose": "The alias of a back end, as `GET /v1/backends` lists them.",
        "words": []
      },
      "caseSensitive": {
        "kind": "flag",
        "purpose": "Whether case matters in the path; it does not when it is absent. Not at KATA. (true or false)",
        "words": []
      },
      "comment": {
        "kind": "text",
        "purpose": "Why it is asked for. Whoever reads the task, and the audit log, sees it.",
        "words": []
      },
      "externalId": {
        "kind": "text",
        "purpose": "Your reference, such as a case. The task shows it, and tasks are found by it.",
        "words": []
      },
      "hash": {
        "kind": "text",
        "purpose": "MD5 or SHA-256 of the file; at KSC its MD5.",
        "words": []
      },
      "path": {
        "kind": "text",
        "purpose": "Path of the file, or an empty string where the hash alone decides, as it does when it is absent. Not at KATA.",
        "words": []
      },
      "severity": {
        "kind": "word",
        "purpose": "How much the incident matters in KSC; `warning` when it is absent. (information, warning, critical)",
        "words": [
          "information",
          "warning",
          "critical"
        ]
      },
      "targetHost": {
        "kind": "text",
        "purpose": "The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.",
        "words": []
      }
    },
    "name": "prevent execution",
    "required": [
      "targetHost",
      "hash"
    ],
    "summary": "Keeps a file from running on a device, or from being opened.",
    "title": "Prevent a file from running",
    "type": "contain"
  },
  "quarantineFile": {
    "fields": {
      "area": {
        "kind": "text",
        "purpose": "The application that asks. KSC shows it in the name of its task.",
        "words": []
      },
      "backend": {
        "kind": "text",
        "purpose": "The alias of a back end, as `GET /v1/backends` lists them.",
        "words": []
      },
      "comment": {
        "kind": "text",
        "purpose": "Why it is asked for. Whoever reads the task, and the audit log, sees it.",
        "words": []
      },
      "externalId": {
        "kind": "text",
        "purpose": "Your reference, such as a case. The task shows it, and tasks are found by it.",
        "words": []
      },
      "hash": {
        "kind": "text",
        "purpose": "MD5 or SHA-256 of the file; whatever is at the path when it is absent.",
        "words": []
      },
      "path": {
        "kind": "text",
        "purpose": "Path of the file.",
        "words": []
      },
      "severity": {
        "kind": "word",
        "purpose": "How much the incident matters in KSC; `warning` when it is absent. (information, warning, critical)",
        "words": [
          "information",
          "warning",
          "critical"
        ]
      },
      "targetHost": {
        "kind": "text",
        "purpose": "The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.",
        "words": []
      }
    },
    "name": "quarantine file",
    "required": [
      "targetHost",
      "path"
    ],
    "summary": "Moves a file of a device to its Quarantine, where it cannot run.",
    "title": "Quarantine a file",
    "type": "correct"
  },
  "releaseHost": {
    "fields": {
      "area": {
        "kind": "text",
        "purpose": "The application that asks. KSC shows it in the name of its task.",
        "words": []
      },
      "backend": {
        "kind": "text",
        "purpose": "The alias of a back end, as `GET /v1/backends` lists them.",
        "words": []
      },
      "comment": {
        "kind": "text",
        "purpose": "Why it is asked for. Whoever reads the task, and the audit log, sees it.",
        "words": []
      },
      "externalId": {
        "kind": "text",
        "purpose": "Your reference, such as a case. The task shows it, and tasks are found by it.",
        "words": []
      },
      "severity": {
        "kind": "word",
        "purpose": "How much the incident matters in KSC; `warning` when it is absent. (information, warning, critical)",
        "words": [
          "information",
          "warning",
          "critical"
        ]
      },
      "targetHost": {
        "kind": "text",
        "purpose": "The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.",
        "words": []
      }
    },
    "name": "release host",
    "required": [
      "targetHost"
    ],
    "summary": "Lets an isolated device into the network again.",
    "title": "Release a host",
    "type": "correct"
  },
  "startProcess": {
    "fields": {
      "area": {
        "kind": "text",
        "purpose": "The application that asks. KSC shows it in the name of its task.",
        "words": []
      },
      "arguments": {
        "kind": "text",
        "purpose": "Command line arguments. Not sent when they are absent.",
        "words": []
      },
      "backend": {
        "kind": "text",
        "purpose": "The alias of a back end, as `GET /v1/backends` lists them.",
        "words": []
      },
      "comment": {
        "kind": "text",
        "purpose": "Why it is asked for. Whoever reads the task, and the audit log, sees it.",
        "words": []
      },
      "executablePath": {
        "kind": "text",
        "purpose": "Path of the executable.",
        "words": []
      },
      "externalId": {
        "kind": "text",
        "purpose": "Your reference, such as a case. The task shows it, and tasks are found by it.",
        "words": []
      },
      "severity": {
        "kind": "word",
        "purpose": "How much the incident matters in KSC; `warning` when it is absent. (information, warning, critical)",
        "words": [
          "information",
          "warning",
          "critical"
        ]
      },
      "targetHost": {
        "kind": "text",
        "purpose": "The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.",
        "words": []
      },
      "workingFolder": {
        "kind": "text",
        "purpose": "Working folder. Not sent when it is absent.",
        "words": []
      }
    },
    "name": "start process",
    "required": [
      "targetHost",
      "executablePath"
    ],
    "summary": "Starts a program on a device with the rights of the system.",
    "title": "Start a process",
    "type": "investigate"
  },
  "terminateProcess": {
    "fields": {
      "area": {
        "kind": "text",
        "purpose": "The application that asks. KSC shows it in the name of its task.",
        "words": []
      },
      "backend": {
        "kind": "text",
        "purpose": "The alias of a back end, as `GET /v1/backends` lists them.",
        "words": []
      },
      "caseSensitive": {
        "kind": "flag",
        "purpose": "Whether case matters in the path; it does not when it is absent. (true or false)",
        "words": []
      },
      "comment": {
        "kind": "text",
        "purpose": "Why it is asked for. Whoever reads the task, and the audit log, sees it.",
        "words": []
      },
      "externalId": {
        "kind": "text",
        "purpose": "Your reference, such as a case. The task shows it, and tasks are found by it.",
        "words": []
      },
      "hash": {
        "kind": "text",
        "purpose": "MD5 or SHA-256 of the file; whatever is at the path when it is absent.",
        "words": []
      },
      "path": {
        "kind": "text",
        "purpose": "Path of the file that the process runs.",
        "words": []
      },
      "severity": {
        "kind": "word",
        "purpose": "How much the incident matters in KSC; `warning` when it is absent. (information, warning, critical)",
        "words": [
          "information",
          "warning",
          "critical"
        ]
      },
      "targetHost": {
        "kind": "text",
        "purpose": "The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.",
        "words": []
      }
    },
    "name": "terminate process",
    "required": [
      "targetHost",
      "path"
    ],
    "summary": "Ends every process of a device that runs this file.",
    "title": "Terminate a process",
    "type": "correct"
  }
}
